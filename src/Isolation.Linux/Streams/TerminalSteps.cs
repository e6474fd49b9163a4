using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;


namespace Isolation.Linux.Streams;

/// <summary>
/// Gives a command a pseudo-terminal: steps of the child of init that will execute it. The end of the host is made in
/// the sandbox's own devpts and sent to the host over a socket, whose place the payload's end then takes.
/// </summary>
internal static class TerminalSteps
{
    private static readonly SystemCallTable Calls = SystemCallTable.Current;

    /// <summary>
    /// Where the sandbox's own devpts makes terminals; null where it has none, and the host makes a pair.
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
    /// Makes the pair with init's rights, before the child has given up any: neither its user nor Landlock has to allow
    /// it. Nothing is looked up by a name that a payload could have changed: no link is followed, only a terminal
    /// answers the requests, and its other end is opened through it.
    /// </summary>
    /// <param name="b">The program.</param>
    /// <param name="terminal">Its size.</param>
    /// <param name="user">Who owns it.</param>
    /// <param name="multiplexer">See <see cref="FindMultiplexer"/>.</param>
    /// <param name="socket">The word that holds the number of the socket.</param>
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
