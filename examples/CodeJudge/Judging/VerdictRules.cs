using System.Globalization;
using CodeJudge.Checking;
using Isolation;

namespace CodeJudge.Judging;

/// <summary>Makes a verdict of how a program ended. docs/code-judge.md has it as a table.</summary>
internal static class VerdictRules
{
    /// <summary>The verdict where the program's end decides; null where its answer does.</summary>
    public static (Verdict Verdict, string Detail)? OfEnd(SandboxResult result)
    {
        // What ran out first is the reason, whatever came of it: on cgroup v1 the kernel kills one process only, and
        // the others may wait for it until their time is over.
        if (result.Usage?.OutOfMemoryKills > 0)
        {
            return (Verdict.MemoryLimitExceeded, "Out of memory.");
        }

        if (result.Usage?.RefusedProcesses > 0 && !result.IsSuccess && result.Outcome != SandboxOutcome.OutputExceeded)
        {
            return (Verdict.ProcessLimitExceeded, "A process or thread more than it may have was refused.");
        }

        return result.Outcome switch
        {
            SandboxOutcome.MemoryExceeded => (Verdict.MemoryLimitExceeded, "Out of memory."),
            SandboxOutcome.CpuTimeExceeded => (Verdict.TimeLimitExceeded, "Too much CPU time."),
            SandboxOutcome.WallTimeExceeded =>
                (Verdict.TimeLimitExceeded, "Too long by the clock: it waited for something."),
            SandboxOutcome.OutputExceeded => (Verdict.OutputLimitExceeded, "It wrote more than it may."),
            SandboxOutcome.FileSizeExceeded => (Verdict.FileLimitExceeded, "It wrote a larger file than it may."),
            SandboxOutcome.ProcessesExceeded =>
                (Verdict.ProcessLimitExceeded, "A process or thread more than it may have was refused."),
            SandboxOutcome.SystemCallDenied =>
                (Verdict.ForbiddenCall, "It was killed for a system call that is forbidden here."),
            SandboxOutcome.Signaled => (Verdict.RuntimeError, DescribeSignal(result.Signal)),
            SandboxOutcome.Completed when result.ExitCode != 0 =>
                (Verdict.RuntimeError, string.Create(CultureInfo.InvariantCulture, $"Exit code {result.ExitCode}.")),
            SandboxOutcome.Completed => null,
            _ => throw new InvalidOperationException($"The run was ended by the judge: {result.Outcome}."),
        };
    }

    /// <summary>The result of a test in which the program's answer decides.</summary>
    public static TestResult OfAnswer(int number, SandboxResult result, Func<CheckResult> check)
    {
        try
        {
            CheckResult checkedAnswer = check();
            Verdict verdict = checkedAnswer.IsRight ? Verdict.Accepted
                : result.Usage?.RefusedProcesses > 0 ? Verdict.ProcessLimitExceeded
                : Verdict.WrongAnswer;
            return ToTest(number, result, verdict, checkedAnswer.Detail);
        }
        catch (InvalidDataException exception)
        {
            // The test itself is wrong. To judge it again would come to the same.
            return ToTest(number, result, Verdict.JudgeError, exception.Message);
        }
    }

    /// <summary>
    /// The result of a test in which an interactor talked with the program. Who left first decides: what became of the
    /// other may only follow from that.
    /// </summary>
    public static TestResult OfTalk(int number, InteractiveResult talk)
    {
        SandboxResult program = talk.Solution;
        (Verdict Verdict, string Detail)? end =
            program.Outcome == SandboxOutcome.Canceled
                ? (Verdict.TimeLimitExceeded, "It went on when all was said.")
                : OfEnd(program);
        if (end is { } first && talk.FirstToLeave == InteractiveRole.Solution)
        {
            return ToTest(number, program, first.Verdict, first.Detail);
        }

        string said = talk.Interactor.StandardError.Text.Split('\n')[0];
        return talk.Interactor switch
        {
            { Outcome: SandboxOutcome.Completed, ExitCode: 1 } =>
                OfAnswer(number, program, () => CheckResult.Wrong(said)),
            { Outcome: SandboxOutcome.Signaled, Signal: UnixSignal.SIGPIPE }
                when talk.FirstToLeave == InteractiveRole.Solution =>
                OfAnswer(number, program, static () => CheckResult.Wrong("It left before all was said.")),
            { IsSuccess: false } failed =>
                ToTest(number, program, Verdict.JudgeError, $"The interactor failed: {failed}. {said}"),
            _ when end is { } last => ToTest(number, program, last.Verdict, last.Detail),
            _ => OfAnswer(number, program, static () => CheckResult.Right),
        };
    }

    public static TestResult ToTest(int number, SandboxResult result, Verdict verdict, string detail) => new(
        number,
        verdict,
        detail,
        (result.Usage?.CpuTime ?? (result.UserCpuTime + result.SystemCpuTime)).TotalMilliseconds,
        result.WallTime.TotalMilliseconds,
        result.Usage?.PeakMemory ?? result.PeakMemory);

    private static string DescribeSignal(UnixSignal? signal) => signal switch
    {
        UnixSignal.SIGSEGV => "Segmentation fault (SIGSEGV).",
        UnixSignal.SIGABRT => "Aborted (SIGABRT).",
        UnixSignal.SIGFPE => "Arithmetic error, such as a division by zero (SIGFPE).",
        _ => $"Ended by signal {signal}.",
    };
}
