using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Seccomp.Supervision;

/// <summary>
/// Passes the descriptor by which a filter asks the host. Only the process that loads the filter gets the descriptor,
/// and from then on that process is filtered: it could neither send it nor wait. So the child of init becomes a
/// go-between: it clones the process that will execute the payload, which shares its memory and its descriptors, sends
/// the descriptor when the filter is loaded, and waits until the payload was executed.
/// <para>
/// The go-between does nothing else. It keeps init's identity, so a payload with another user can neither stop nor kill
/// it. If something ends it all the same, init waits for the payload's process in its place: that process still runs in
/// init's memory.
/// </para>
/// </summary>
internal sealed class SeccompNotifySteps(ProgramBuilder b, int channel)
{
    private const int NotExecuted = 1;
    private const int BeforeFilter = 2;
    private const long LookAgain = 50_000;
    private const long FlagsNeeded = CloneArguments.Vm | CloneArguments.Files | CloneArguments.Parent
        | CloneArguments.ParentSettid | CloneArguments.ChildCleartid;

    private readonly long _listener = b.AddWord(0);

    /// <summary>
    /// <see cref="NotExecuted"/>, then <see cref="BeforeFilter"/>; the kernel sets it to 0 and wakes one that waits for
    /// it when the payload's process has executed something or has ended.
    /// </summary>
    private readonly long _progress = b.AddWord(NotExecuted);

    /// <summary>Negative until the descriptor was sent.</summary>
    private readonly long _sent = b.AddWord(-Errno.ESRCH);

    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>
    /// The first step of init's child: what follows is done by the process that will execute the payload.
    /// </summary>
    /// <param name="process">The word for its id; 0 so far.</param>
    /// <param name="end">Where the go-between ends.</param>
    internal void BeginPayload(long process, Label end)
    {
        Label payload = b.NewLabel();

        // Both go on at once and in the same memory, and the clone's result is 0 for one of them: the kernel itself
        // writes the id.
        long arguments = b.AddStructure(
            new CloneArguments { Flags = FlagsNeeded, ParentTid = process, ChildTid = _progress });
        b.Step("clone a process for", "the command", Calls.Clone3, arguments, 88, result: b.Reserve(8), zero: payload,
            kind: StepKind.CloneCommand);
        GoBetween(end);
        b.Mark(payload);
    }

    /// <summary>Loads the filter.</summary>
    /// <param name="program">Where its <c>struct sock_fprog</c> is.</param>
    internal void Load(long program)
    {
        b.Store(_progress, BeforeFilter);
        b.Try(Calls.Futex, _progress, Kernel.FutexWake, 1);

        // Once the host has taken a call up, only a fatal signal ends the wait; Linux 5.19. Before, every signal starts
        // the call anew.
        Label old = b.NewLabel(), done = b.NewLabel();
        b.Branch(
            Calls.Seccomp,
            [Kernel.SeccompSetModeFilter,
                Kernel.SeccompFilterFlagNewListener | Kernel.SeccompFilterFlagWaitKillableRecv, program],
            _listener, done, done, old);
        b.Mark(old);
        b.Step(
            "load the filter of system calls of", "the command", Calls.Seccomp, Kernel.SeccompSetModeFilter,
            Kernel.SeccompFilterFlagNewListener, program,
            result: _listener, kind: StepKind.LoadFilter);
        b.Mark(done);
    }

    /// <summary>
    /// Init's part, once the go-between has ended: until the payload's process has left the memory it shares with init,
    /// init may not run another program in it. Nothing is left to wait for unless the go-between was killed.
    /// </summary>
    /// <param name="process">The word for the id of the payload's process; 0 if it was never cloned.</param>
    internal void AwaitPayload(long process)
    {
        Label look = b.NewLabel(), prepares = b.NewLabel(), loads = b.NewLabel(), over = b.NewLabel();
        b.Branch(Node.Load32, [process], 0, Label.Next, over, over);
        b.Mark(look);
        b.Compare(Value.Word(_progress), NotExecuted, loads, prepares, over);
        b.Mark(prepares);
        b.Branch(Calls.Futex, [_progress, Kernel.FutexWait, NotExecuted, 0], 0, look, look, look);
        b.Mark(loads);
        b.Branch(Calls.Futex, [_progress, Kernel.FutexWait, BeforeFilter, 0], 0, look, look, look);
        b.Mark(over);
    }

    /// <summary>Init's part: a payload whose filter nobody answers is not left running.</summary>
    /// <param name="process">The word for the id of the payload's process.</param>
    /// <param name="failed">Where init tells of a failure.</param>
    internal void CheckSent(long process, Label failed)
    {
        Label sent = b.NewLabel(), kill = b.NewLabel(), exit = b.FailureExit;
        b.FailureExit = kill;
        b.Step("pass the filter of the command to", "the host", Node.Load32, _sent, zero: sent);
        b.Mark(kill);
        b.Branch(Calls.Kill, [Value.Word(process), (long)UnixSignal.SIGKILL], 0, failed, failed, failed);
        b.FailureExit = exit;
        b.Mark(sent);
    }

    private void GoBetween(Label end)
    {
        Label prepare = b.NewLabel(), look = b.NewLabel(), idle = b.NewLabel(), send = b.NewLabel(),
        wait = b.NewLabel();
        long time = b.AddWord(0);
        b.AddWord(LookAgain);
        b.Mark(prepare);
        b.Try(Calls.Futex, _progress, Kernel.FutexWait, NotExecuted, 0);
        b.Compare(Value.Word(_progress), NotExecuted, look, prepare, look);

        // A process that is filtered may be unable to wake anybody.
        b.Mark(look);
        b.Branch(Node.Load32, [_listener], 0, send, Label.Next, wait);
        b.Branch(Node.Load32, [_progress], 0, idle, end, end);
        b.Mark(idle);
        b.Branch(Calls.Futex, [_listener, Kernel.FutexWait, 0, time], 0, look, look, look);

        b.Mark(send);
        b.Try(Calls.Sendmsg, channel, DescriptorMessage.Prepare(b, _listener), Kernel.MsgNosignal);
        b.Store(_sent, 0);
        b.Mark(wait);
        b.Branch(Node.Load32, [_progress], 0, Label.Next, end, end);
        b.Branch(Calls.Futex, [_progress, Kernel.FutexWait, BeforeFilter, 0], 0, wait, wait, wait);
    }
}
