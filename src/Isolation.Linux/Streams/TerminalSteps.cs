using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Streams;

/// <summary>
/// Gives a command a pseudo-terminal. The child of init that executes the command creates the application's end in the
/// sandbox's own devpts and sends it to the application over a socket, which the payload's end then replaces.
/// </summary>
internal static class TerminalSteps
{
    private static readonly SystemCallTable Calls = SystemCallTable.Current;

    /// <summary>
    /// Finds the sandbox's own terminal multiplexer; null without one, so that the application creates the pair.
    /// </summary>
    internal static string? FindMultiplexer(SandboxSpecification specification)
    {
        foreach (MountEntry entry in specification.Mounts.AsSpan())
        {
            if (entry is DeviceMount { Terminals: DeviceTerminals.Own } devices)
            {
                return devices.Target.TrimEnd('/') + "/pts/ptmx";
            }
        }

        return null;
    }

    /// <summary>
    /// Creates the pair with init's privileges, before the child drops any: neither the child's user nor Landlock has
    /// to allow it. A payload cannot redirect the lookup: symbolic links are not followed, only a terminal answers the
    /// requests, and the peer is opened through the terminal.
    /// </summary>
    /// <param name="b">The program builder.</param>
    /// <param name="terminal">The size of the terminal.</param>
    /// <param name="user">The owner of the terminal.</param>
    /// <param name="multiplexer">The path returned by <see cref="FindMultiplexer"/>.</param>
    /// <param name="socket">The address of the word that holds the number of the socket.</param>
    internal static void Open(
        ProgramBuilder b, CommandTerminal terminal, SandboxUser user, string multiplexer, long socket)
    {
        const int HowSize = 3 * sizeof(long);
        long how = b.AddWord(Kernel.ORdwr | Kernel.ONoctty | Kernel.ONonblock | Kernel.OCloexec);
        b.AddWord(0);
        b.AddWord(Kernel.ResolveNoSymlinks);
        long host = b.Reserve(8), payload = b.Reserve(8);
        b.Step("make a terminal with", multiplexer, Calls.Openat2, Kernel.AtFdcwd, b.AddText(multiplexer), how, HowSize,
            result: host, kind: StepKind.MakeTerminal);
        b.Step("unlock the terminal of", "the command", Calls.Ioctl, Value.Word(host), Kernel.Tiocsptlck, b.AddWord(0),
            kind: StepKind.MakeTerminal);
        b.Step("set the size of the terminal of", "the command", Calls.Ioctl, Value.Word(host), Kernel.Tiocswinsz,
            b.AddWord(Kernel.TerminalSize(terminal.Columns, terminal.Rows)));
        b.Step("open the terminal of", "the command", Calls.Ioctl, Value.Word(host), Kernel.Tiocgptpeer,
            Kernel.ORdwr | Kernel.ONoctty | Kernel.OCloexec, result: payload);
        b.Step("give the terminal to", "the user", Calls.Fchownat, Value.Word(payload), b.AddText(""), user.UserId,
            user.GroupId, Kernel.AtEmptyPath);
        b.Step("pass the terminal to", "the host", Calls.Sendmsg, Value.Word(socket),
            DescriptorMessage.Prepare(b, host), Kernel.MsgNosignal);
        b.Step("place the terminal of", "the command", Calls.Dup3, Value.Word(payload), Value.Word(socket),
            Kernel.OCloexec);
    }

    /// <summary>Makes standard input the controlling terminal of the session that the child leads.</summary>
    internal static void Control(ProgramBuilder b) =>
        b.Step("take the terminal of", "the command", Calls.Ioctl, 0, Kernel.Tiocsctty, 0);
}
