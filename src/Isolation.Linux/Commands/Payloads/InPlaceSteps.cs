using System.Security.Cryptography;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Commands.Payloads;

/// <summary>
/// Adds what differs for a payload that init becomes. The control socket closes when the program is executed, which
/// tells the application; until then it moves out of the way of the payload's descriptors.
/// </summary>
/// <remarks>
/// Under its filter the process may be unable to send, so the exit code reports a failed execution: it is the error
/// number, and the process still has the random name from before, which no payload can know.
/// </remarks>
internal sealed class InPlaceSteps
{
    /// <summary>The number of characters of a process name (<c>TASK_COMM_LEN</c> without the terminator).</summary>
    private const int NameLength = 15;

    private static readonly SystemCallTable Calls = SystemCallTable.Current;

    private readonly int _entry;
    private readonly int _socketNumber;
    private readonly long _socket;
    private readonly Label _failed;
    private readonly Label _failedSilently;

    /// <param name="b">The builder.</param>
    /// <param name="entry">The token of the command.</param>
    /// <param name="socketNumber">The number of the control socket behind the payload's descriptors.</param>
    internal InPlaceSteps(ProgramBuilder b, int entry, int socketNumber)
    {
        _entry = entry;
        _socketNumber = socketNumber;
        _socket = b.AddWord(0);
        _failed = b.NewLabel();
        _failedSilently = b.NewLabel();
        b.FailureExit = _failed;
        Record = new PayloadRecord(b.Reserve(16), b.Reserve(16), b.Reserve(8));
    }

    /// <summary>Gets the words in which the process records its progress.</summary>
    internal PayloadRecord Record { get; }

    /// <summary>Gets the name of the process until the program is executed.</summary>
    internal string Name { get; } = RandomNumberGenerator.GetHexString(NameLength, lowercase: true);

    /// <summary>Records that the control socket has moved.</summary>
    internal void MoveSocket(ProgramBuilder b) => b.Store(_socket, _socketNumber);

    /// <summary>Reports the start while nothing restricts the process yet.</summary>
    internal void Announce(ProgramBuilder b)
    {
        b.Step("name the process of", "the command", Calls.Prctl, Kernel.PrSetName, b.AddText(Name));
        long started = b.AddWord(InitMessage.Header(InitMessageKind.Started));
        b.AddWord(_entry);
        b.AddWord(1);
        long cpuTime = b.Reserve(8);
        b.Branch(Node.Load32, [Record.CpuTime + 8], cpuTime, Label.Next, Label.Next, Label.Next);
        long parts = b.AddStructure(new Kernel.IoVector { Base = started, Length = 32 });
        b.AddStructure(new Kernel.IoVector { Base = Record.Start, Length = 32 });
        long message = b.AddStructure(new Kernel.MessageHeader { Parts = parts, PartCount = 2 });
        b.Step("report the start of", "the command", Calls.Sendmsg, Value.Word(_socket), message, Kernel.MsgNosignal);
    }

    /// <summary>From here on, the exit code reports failures.</summary>
    internal void Restrict(ProgramBuilder b) => b.FailureExit = _failedSilently;

    /// <summary>Adds the ends of a process that failed.</summary>
    internal void Finish(ProgramBuilder b)
    {
        b.Mark(_failed);
        FailureMessage.Emit(b, _entry, Value.Word(_socket));
        b.Jump(b.LabelAt(InitProgram.Current.ExitNode));

        b.Mark(_failedSilently);
        long error = b.Reserve(8);
        b.Branch(Node.Subtract, [0, Value.Word(b.FailureError)], error, Label.Next, Label.Next, Label.Next);
        b.Try(Calls.ExitGroup, Value.Word(error));
        Seccomp.FilterSteps.End(b);
    }
}
