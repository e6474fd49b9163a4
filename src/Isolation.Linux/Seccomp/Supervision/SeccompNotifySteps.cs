using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Seccomp.Supervision;

/// <summary>Passes the descriptor through which a filter notifies the application.</summary>
/// <remarks>
/// <para>
/// Only the process that loads the filter receives the descriptor, and from then on that process is filtered: it may be
/// unable to send the descriptor or to wait. The child of init therefore becomes a go-between. It clones the process
/// that executes the payload, which shares its memory and its descriptors, sends the descriptor once the filter is
/// loaded, and waits until the payload has been executed.
/// </para>
/// <para>
/// The go-between does nothing else. It keeps init's identity, so a payload with another user can neither stop nor kill
/// it. If something else ends the go-between, init waits for the payload's process instead, because that process still
/// runs in init's memory.
/// </para>
/// </remarks>
internal sealed class SeccompNotifySteps(ProgramBuilder b, int channel)
{
    private const int NotExecuted = 1;
    private const int BeforeFilter = 2;
    private const long LookAgain = 50_000;
    private const long FlagsNeeded = CloneArguments.Vm | CloneArguments.Files | CloneArguments.Parent
        | CloneArguments.ParentSettid | CloneArguments.ChildCleartid;

    private readonly long _listener = b.AddWord(0);

    /// <summary>
    /// <see cref="NotExecuted"/>, then <see cref="BeforeFilter"/>; when the payload's process has executed a program or
    /// has ended, the kernel sets the word to 0 and wakes a waiter.
    /// </summary>
    private readonly long _progress = b.AddWord(NotExecuted);

    /// <summary>Negative until the descriptor has been sent.</summary>
    private readonly long _sent = b.AddWord(-Errno.ESRCH);

    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>
    /// Adds the first step of init's child. The steps that follow run in the process that executes the payload.
    /// </summary>
    /// <param name="process">The word for the id of that process; initially 0.</param>
    /// <param name="end">The end of the go-between.</param>
    internal void BeginPayload(long process, Label end)
    {
        Label payload = b.NewLabel();

        // Both processes continue at once in the same memory, and the result of clone is 0 in one of them, so the
        // kernel itself writes the id.
        CloneArguments arguments = new() { Flags = FlagsNeeded, ParentTid = process, ChildTid = _progress };
        CloneSteps.Step(b, "clone a process for", "the command", arguments, b.Reserve(8), payload,
            StepKind.CloneCommand);
        GoBetween(end);
        b.Mark(payload);
    }

    /// <summary>Adds the steps that load the filter.</summary>
    /// <param name="program">The address of the filter's <c>struct sock_fprog</c>.</param>
    internal void Load(long program)
    {
        b.Store(_progress, BeforeFilter);
        b.Try(Calls.Futex, _progress, Kernel.FutexWake, 1);

        // Linux 5.19 and newer: once the application has received a notification, only a fatal signal ends the wait.
        // Before, every signal restarts the call.
        Label old = b.NewLabel(), done = b.NewLabel();
        b.Branch(
            Calls.Seccomp,
            [Kernel.SeccompSetModeFilter,
                Kernel.SeccompFilterFlagNewListener | Kernel.SeccompFilterFlagWaitKillableRecv, program],
            _listener, done, done, old);
        b.Mark(old);
        b.Step(
            "load the system-call filter of", "the command", Calls.Seccomp, Kernel.SeccompSetModeFilter,
            Kernel.SeccompFilterFlagNewListener, program,
            result: _listener, kind: StepKind.LoadFilter);
        b.Mark(done);
    }

    /// <summary>
    /// Adds init's wait after the go-between has ended: init may not run another program until the payload's process
    /// has left the memory shared with init. The wait is only needed if the go-between was killed.
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

    /// <summary>Adds init's check that the descriptor was sent; otherwise the payload is ended.</summary>
    /// <param name="process">The word for the id of the payload's process.</param>
    /// <param name="failed">The position at which init reports a failure.</param>
    internal void CheckSent(long process, Label failed)
    {
        Label sent = b.NewLabel(), kill = b.NewLabel(), exit = b.FailureExit;
        b.FailureExit = kill;
        b.Step("pass the filter of the command to", "the application", Node.Load32, _sent, zero: sent);
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

        // A filtered process may be unable to wake another one.
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
