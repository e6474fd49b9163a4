namespace Isolation.Linux.Interop;

/// <summary>Provides pseudo-terminal calls, see pty(7) and ioctl_tty(2).</summary>
internal static unsafe partial class Kernel
{
    internal const int Tiocsctty = 0x540E;
    internal const int Tiocswinsz = 0x5414;
    internal const int Tiocsptlck = 0x40045431;
    internal const int Tiocgptpeer = 0x5441;

    /// <summary>TIOCSPTLCK of ioctl_tty(2). Unlocks the other end of a pseudo-terminal.</summary>
    internal static long unlock_terminal(int master)
    {
        int locked = 0;
        return Invoke(Calls.Ioctl, master, Tiocsptlck, (long)(&locked));
    }

    /// <summary>
    /// TIOCGPTPEER of ioctl_tty(2), Linux 4.13. Opens the other end of a pseudo-terminal without a path lookup.
    /// </summary>
    internal static long open_terminal_peer(int master) =>
        Invoke(Calls.Ioctl, master, Tiocgptpeer, ORdwr | ONoctty | OCloexec);

    /// <summary>TIOCSWINSZ of ioctl_tty(2).</summary>
    internal static long set_terminal_size(int terminal, int columns, int rows)
    {
        long size = TerminalSize(columns, rows);
        return Invoke(Calls.Ioctl, terminal, Tiocswinsz, (long)(&size));
    }

    /// <summary>
    /// Gets a <c>struct winsize</c> in one word: rows, columns, and a size in pixels of 0 (unknown).
    /// </summary>
    internal static long TerminalSize(int columns, int rows) => (ushort)rows | ((long)(ushort)columns << 16);
}
