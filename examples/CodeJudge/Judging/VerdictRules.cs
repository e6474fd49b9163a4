using System.Globalization;
using CodeJudge.Checking;
using Isolation;

namespace CodeJudge.Judging;

/// <summary>
/// Determines verdicts from the results of programs. For a table of the rules, see docs/code-judge.md.
/// </summary>
internal static class VerdictRules
{
    /// <summary>Returns the verdict if the end of the program determines it, or null if the answer does.</summary>
    public static (Verdict Verdict, string Detail)? OfEnd(SandboxResult result)
    {
        // Running out of memory takes precedence over its consequences: on cgroup v1, the kernel kills only one
        // process, and the others may wait for it until their time is over.
        if (result.Usage?.OutOfMemoryKills > 0)
        {
            return (Verdict.MemoryLimitExceeded, "Out of memory.");
        }

        if (result.Usage?.RefusedProcesses > 0 && !result.IsSuccess && result.Outcome != SandboxOutcome.OutputExceeded)
        {
            return (Verdict.ProcessLimitExceeded, "The limit of processes and threads was reached.");
        }

        return result.Outcome switch
        {
            SandboxOutcome.MemoryExceeded => (Verdict.MemoryLimitExceeded, "Out of memory."),
            SandboxOutcome.CpuTimeExceeded => (Verdict.TimeLimitExceeded, "The CPU-time limit was exceeded."),
            SandboxOutcome.WallTimeExceeded =>
                (Verdict.TimeLimitExceeded, "The wall-time limit was exceeded while the program was waiting."),
            SandboxOutcome.OutputExceeded => (Verdict.OutputLimitExceeded, "The output limit was exceeded."),
            SandboxOutcome.FileSizeExceeded => (Verdict.FileLimitExceeded, "The file-size limit was exceeded."),
            SandboxOutcome.ProcessesExceeded =>
                (Verdict.ProcessLimitExceeded, "The limit of processes and threads was reached."),
            SandboxOutcome.SystemCallDenied =>
                (Verdict.ForbiddenCall, "The program was killed for a forbidden system call."),
            SandboxOutcome.Signaled => (Verdict.RuntimeError, DescribeSignal(result.Signal)),
            SandboxOutcome.Completed when result.ExitCode != 0 =>
                (Verdict.RuntimeError, string.Create(CultureInfo.InvariantCulture, $"Exit code {result.ExitCode}.")),
            SandboxOutcome.Completed => null,
            _ => throw new InvalidOperationException($"The run was canceled by the judge: {result.Outcome}."),
        };
    }

    /// <summary>Returns the result of a test in which the answer determines the verdict.</summary>
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
            // The test is invalid, so judging again would fail again.
            return ToTest(number, result, Verdict.JudgeError, exception.Message);
        }
    }

    /// <summary>
    /// Returns the result of a test with an interactor. The program that left first determines the verdict, because the
    /// end of the other may only be a consequence.
    /// </summary>
    public static TestResult OfTalk(int number, InteractiveResult talk)
    {
        SandboxResult program = talk.Solution;
        (Verdict Verdict, string Detail)? end =
            program.Outcome == SandboxOutcome.Canceled
                ? (Verdict.TimeLimitExceeded, "The program continued after the end of the conversation.")
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
                OfAnswer(number, program, static () => CheckResult.Wrong("The program ended too early.")),
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
        _ => $"Killed by signal {signal}.",
    };
}
