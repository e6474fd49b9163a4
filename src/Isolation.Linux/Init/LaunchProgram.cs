using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Init;

/// <summary>
/// Represents the program of one launch, which is walked in this process. The calling thread clones a child that shares
/// its memory, and blocks until the child has executed the init image. The child uses no stack and no managed memory
/// except the program's, and enters no namespace that contains other processes.
/// </summary>
internal readonly struct LaunchProgram
{
    private static readonly SystemCallTable Calls = SystemCallTable.Current;

    private readonly ProgramBuilder _b;
    private readonly long _pidfdWord;
    private readonly int _imageStep;

    internal LaunchProgram(ProgramBuilder builder, LaunchPlan plan, int image, int control)
    {
        _b = builder;
        _b.AddCommonWords();
        long everySignal = _b.AddWord(-1);
        long savedSignals = _b.AddWord(0);
        _pidfdWord = _b.AddWord(-1);
        Label child = _b.NewLabel(), parent = _b.NewLabel(), failed = _b.NewLabel();
        CloneArguments clone = new()
        {
            Flags = CloneArguments.Vm | CloneArguments.Vfork | CloneArguments.Pidfd | CloneArguments.ClearSighand
                | (plan.IsInTwoSteps ? 0 : plan.CloneFlags & ~CloneArguments.NewTime),
            PidfdAddress = _pidfdWord,
            ExitSignal = (long)UnixSignal.SIGCHLD,
        };
        FirstNode = _b.Try(Calls.RtSigprocmask, Kernel.SigSetmask, everySignal, savedSignals, 8);
        long returned = _b.Reserve(8);
        CloneSteps.Branch(_b, clone, returned, parent, child);

        _b.FailureExit = failed;
        _b.Mark(child);
        if (plan.BeginsInNewUsers)
        {
            CapabilitySteps.KeepAll(_b);
        }
        else if (plan.IsInTwoSteps && ProcessCredentials.Current is { UserId: not 0, Capabilities: not 0 } host)
        {
            CapabilitySteps.Keep(_b, host.Capabilities);
        }

        if (!plan.IsInTwoSteps && (plan.CloneFlags & CloneArguments.NewTime) != 0)
        {
            // clone(2) cannot create a time namespace. Execution of the image enters it, so the offsets are written
            // first.
            _b.Step("make a time namespace", null, Calls.Unshare, CloneArguments.NewTime, kind: StepKind.Clone);
            if (plan.TimeOffsets is { } offsets)
            {
                WriteFile(
                    "/proc/self/timens_offsets", offsets, "open the clock offsets", "set the clock offsets", null,
                    StepKind.ClockOffsets);
            }
        }

        if (plan.OutOfMemoryScore is { } score)
        {
            // Executing the image makes the process non-dumpable, and its files then belong to root.
            const string Action = "set the out-of-memory score to";
            WriteFile("/proc/self/oom_score_adj", score, Action, Action, score, StepKind.OutOfMemoryScore);
        }

        _b.Step("place the control socket", null, Calls.Dup3, control, 0, 0);
        _b.Step("close the host's descriptors", null, Calls.CloseRange, 1, image - 1, 0);
        _b.Step("close the host's descriptors", null, Calls.CloseRange, image + 1, uint.MaxValue, 0);
        Execute(_b, plan, image);
        _imageStep = _b.Steps.Count;

        _b.Mark(failed);
        _b.Branch(Calls.ExitGroup, [127], 0, failed, failed, failed);

        _b.Mark(parent);
        _b.Try(Calls.RtSigprocmask, Kernel.SigSetmask, savedSignals, 0, 8);
        _b.Return(returned);
        _b.Finish();
    }

    internal long FirstNode { get; }

    internal int Pidfd => (int)_b.GetWord(_pidfdWord);

    internal int Error => (int)-_b.GetWord(_b.FailureError);

    internal ProgramStep? FailedStep =>
        _b.GetWord(_b.FailureStep) is > 0 and long step ? _b.Steps[(int)step - 1] : null;

    internal bool FailedAtImage => _b.GetWord(_b.FailureStep) == _imageStep;

    /// <summary>Adds the step that executes the init image.</summary>
    internal static void Execute(ProgramBuilder b, LaunchPlan plan, Value image)
    {
        long arguments = b.AddWord(b.AddText(plan.Argument));
        b.AddWord(0);
        long environment = arguments + 8;
        b.Step("execute the init image", null, Calls.Execveat, image, b.AddText(""), arguments, environment,
            Kernel.AtEmptyPath);
    }

    private void WriteFile(string path, string text, string open, string write, string? target, StepKind kind)
    {
        long file = _b.Reserve(8);
        _b.Step(open, target ?? path, Calls.Openat, Kernel.AtFdcwd, _b.AddText(path), Kernel.OWronly, result: file,
            kind: kind);
        _b.Step(write, target, Calls.Write, Value.Word(file), _b.AddText(text), text.Length, kind: kind);
    }
}
