using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Seccomp.Supervision;

/// <summary>
/// Passes the descriptor by which a filter asks the host. Only the process that loads the filter gets it, and from then on that
/// process is filtered: it could neither send it nor wait until somebody else has. So the child of init becomes a go-between: it
/// clones the process that will execute the payload, which shares its memory and its descriptors, looks on until the filter
/// is loaded, sends the descriptor, and waits until the payload was executed, which nothing can keep from it: by then the host
/// answers.
/// </summary>
internal sealed class ListenerSteps(ProgramBuilder b, int channel)
{
    private const long LookAgain = 50_000;
    private const long FlagsNeeded = CloneArguments.Vm | CloneArguments.Files | CloneArguments.Parent | CloneArguments.ParentSettid | CloneArguments.ChildCleartid;

    private readonly long _listener = b.AddWord(0);

    /// <summary>Set to 0 by the kernel when the payload's process has executed something or has ended.</summary>
    private readonly long _unexecuted = b.AddWord(1);

    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>What follows is done by the process that will execute the payload.</summary>
    /// <param name="process">The word for its id.</param>
    /// <param name="end">Where the go-between ends.</param>
    internal void BeginPayload(long process, Label end)
    {
        Label payload = b.NewLabel(), cloned = b.NewLabel();

        // Both go on at once and in the same memory, and the clone's result is 0 for one of them: the kernel itself writes the id.
        long arguments = b.AddStructure(new CloneArguments { Flags = FlagsNeeded, ParentTid = process, ChildTid = _unexecuted });
        b.Step("clone a process for", "the command", Calls.Clone3, arguments, 88, result: b.Reserve(8), zero: payload);
        b.Mark(cloned);
        GoBetween(end);
        b.Mark(payload);
        b.Try(Calls.Setsid);
    }

    /// <summary>Loads the filter.</summary>
    /// <param name="program">Where its <c>struct sock_fprog</c> is.</param>
    internal void Load(long program)
    {
        // Once the host has taken a call up, only a fatal signal ends the wait; Linux 5.19. Before, every signal starts the call anew.
        Label old = b.NewLabel(), done = b.NewLabel();
        b.Branch(
            Calls.Seccomp, [Kernel.SeccompSetModeFilter, Kernel.SeccompFilterFlagNewListener | Kernel.SeccompFilterFlagWaitKillableRecv, program],
            _listener, done, done, old);
        b.Mark(old);
        b.Step(
            "load the filter of system calls of", "the command", Calls.Seccomp, Kernel.SeccompSetModeFilter, Kernel.SeccompFilterFlagNewListener, program,
            result: _listener, kind: StepKind.LoadFilter);
        b.Mark(done);
    }

    private void GoBetween(Label end)
    {
        Label look = b.NewLabel(), send = b.NewLabel(), wait = b.NewLabel(), idle = b.NewLabel();
        long time = b.AddWord(0);
        b.AddWord(LookAgain);
        b.Mark(look);
        b.Branch(Node.Load32, [_listener], 0, send, Label.Next, wait);
        b.Branch(Node.Load32, [_unexecuted], 0, idle, end, end);
        b.Mark(idle);
        b.Branch(Calls.Futex, [_listener, Kernel.FutexWait, 0, time], 0, look, look, look);

        b.Mark(send);
        Send();
        b.Mark(wait);
        b.Branch(Node.Load32, [_unexecuted], 0, Label.Next, end, end);
        b.Branch(Calls.Futex, [_unexecuted, Kernel.FutexWait, 1, 0], 0, wait, wait, wait);
    }

    private void Send() => b.Try(Calls.Sendmsg, channel, DescriptorMessage.Prepare(b, _listener), Kernel.MsgNosignal);
}
