using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Escapes.Attacks;

/// <summary>Class 8: insertion of characters into the input of a terminal of a host session.</summary>
internal static class TerminalAttacks
{
    private const int ONoctty = 0x100;
    private const int Terminal = 251;
    private const long TIOCSCTTY = 0x540E;
    private const long TIOCSTI = 0x5412;
    private const long FIONREAD = 0x541B;
    private const long TIOCLINUX = 0x541C;
    private const long TIOCSPTLCK = 0x40045431;
    private const long TIOCGPTPEER = 0x5441;

    internal static IEnumerable<Attack> All()
    {
        yield return Push("inject a character into the host's terminal", TIOCSTI);
        yield return Push(
            "inject a character with a request number above 32 bits", TIOCSTI + (1L << 32));
        yield return new ScriptedAttack(8, "take over the host's terminal as controlling terminal",
            static ground => WithTerminal(async _ =>
            {
                Payload payload = new();
                payload.Quiet(Calls.Common.Setsid);
                payload.Call("ioctl", Calls.Common.Ioctl, Terminal, TIOCSCTTY, 0);
                return Finding.Of(await ground.RunBareAsync(payload), "ioctl");
            }),
            static (ground, tier) => WithTerminal(slave => FromInsideAsync(ground, tier, slave, static payload =>
                payload.Call("ioctl", Calls.Common.Ioctl, Terminal, TIOCSCTTY, 1))));
        yield return new ScriptedAttack(8, "paste the selection of a virtual console",
            static _ =>
                Task.FromResult(Finding.Void("requires a virtual console, which a pseudo-terminal is not")),
            static (ground, tier) => WithTerminal(slave => FromInsideAsync(ground, tier, slave, static payload =>
                payload.Call("ioctl", Calls.Common.Ioctl, Terminal, TIOCLINUX, payload.Bytes(3)))));
    }

    private static ScriptedAttack Push(string title, long request) => new(8, title,
        ground => WithTerminal(async _ =>
        {
            // A process in the session of the terminal.
            Payload payload = new();
            payload.Quiet(Calls.Common.Setsid);
            payload.Quiet(Calls.Common.Ioctl, Terminal, TIOCSCTTY, 0);
            long child = payload.Fork(
                () => payload.Call("ioctl", Calls.Common.Ioctl, Terminal, request, payload.Bytes((byte)'\n')));
            payload.Wait(child);
            payload.Call("pushed", Calls.Common.Ioctl, Terminal, FIONREAD, payload.Room(8));
            PayloadRun run = await ground.RunBareAsync(payload);
            return run.Describe("ioctl") == "EIO"
                ? Finding.Void("EIO: switched off (dev.tty.legacy_tiocsti)")
                : Finding.Of(run, "ioctl");
        }),
        (ground, tier) => WithTerminal(slave => FromInsideAsync(ground, tier, slave, payload =>
            payload.Call("ioctl", Calls.Common.Ioctl, Terminal, request, payload.Bytes((byte)'\n')))));

    // The terminal belongs to a session of the host, and the application passes it on.
    private static async Task<Finding> FromInsideAsync(Ground ground, Tier tier, int slave, Action<Payload> attack)
    {
        Payload session = new();
        session.Quiet(Calls.Common.Setsid);
        session.Call("ioctl", Calls.Common.Ioctl, Terminal, TIOCSCTTY, 0);
        session.Pause();
        byte[] told = new byte[Payload.RecordSize];
        await ground.StartBare(session).StandardOutput.BaseStream.ReadExactlyAsync(told);

        Payload payload = new();
        attack(payload);
        payload.Open("open", "/dev/tty", Kernel.ORdwr);
        await using Cell cell = await ground.OpenAsync(tier);
        using SafeFileHandle handle = new(slave, ownsHandle: false);
        PayloadRun run = await cell.RunAsync(
            payload, command => command with { Descriptors = command.Descriptors.Add(Terminal, handle) });
        return Pending(slave) > 0
            ? Finding.Succeeded("a character is in the input of the host's terminal")
            : Finding.Worst(
                Finding.Of(run, "ioctl", "EPERM", "EIO", "ENOTTY", "ENOSYS", "SIGSYS"),
                Finding.Of(run, "open", "ENXIO", "ENOENT", "EACCES", "EPERM", "SIGSYS"));
    }

    private static async Task<Finding> WithTerminal(Func<int, Task<Finding>> attack)
    {
        long master = Kernel.openat(Kernel.AtFdcwd, "/dev/ptmx", Kernel.ORdwr | ONoctty | Kernel.OCloexec);
        if (master < 0)
        {
            return Finding.Void("the host has no pseudo-terminals");
        }

        long slave = -1;
        try
        {
            Unlock(master);
            slave = Kernel.Invoke(Calls.Common.Ioctl, master, TIOCGPTPEER, Kernel.ORdwr | ONoctty | Kernel.OCloexec);
            if (slave < 0)
            {
                return Finding.Void("the host does not open the other end of a pseudo-terminal");
            }

            // Without close-on-exec, so that a program without a sandbox inherits the terminal too.
            Kernel.Invoke(Calls.Common.Dup3, slave, Terminal, 0);
            return await attack((int)slave);
        }
        finally
        {
            Kernel.close(Terminal);
            Kernel.close((int)slave);
            Kernel.close((int)master);
        }
    }

    private static unsafe void Unlock(long master)
    {
        int locked = 0;
        Kernel.Invoke(Calls.Common.Ioctl, master, TIOCSPTLCK, (long)&locked);
    }

    private static unsafe int Pending(int terminal)
    {
        int count = 0;
        Kernel.Invoke(Calls.Common.Ioctl, terminal, FIONREAD, (long)&count);
        return count;
    }
}
