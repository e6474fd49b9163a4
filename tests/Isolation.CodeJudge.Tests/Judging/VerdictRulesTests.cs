using CodeJudge.Checking;
using CodeJudge.Judging;

namespace Isolation.CodeJudge.Tests.Judging;

public sealed class VerdictRulesTests
{
    [TestCase(SandboxOutcome.Completed, 0, ExpectedResult = null)]
    [TestCase(SandboxOutcome.Completed, 3, ExpectedResult = "RuntimeError")]
    [TestCase(SandboxOutcome.Signaled, null, ExpectedResult = "RuntimeError")]
    [TestCase(SandboxOutcome.CpuTimeExceeded, null, ExpectedResult = "TimeLimitExceeded")]
    [TestCase(SandboxOutcome.WallTimeExceeded, null, ExpectedResult = "TimeLimitExceeded")]
    [TestCase(SandboxOutcome.MemoryExceeded, null, ExpectedResult = "MemoryLimitExceeded")]
    [TestCase(SandboxOutcome.OutputExceeded, null, ExpectedResult = "OutputLimitExceeded")]
    [TestCase(SandboxOutcome.FileSizeExceeded, null, ExpectedResult = "FileLimitExceeded")]
    [TestCase(SandboxOutcome.ProcessesExceeded, 1, ExpectedResult = "ProcessLimitExceeded")]
    [TestCase(SandboxOutcome.SystemCallDenied, null, ExpectedResult = "ForbiddenCall")]
    public string? An_end_has_its_verdict(SandboxOutcome outcome, int? exitCode) =>
        End(outcome, exitCode, new SandboxUsage());

    // On cgroup v1, one process is killed, and the others wait for it until the time limit.
    [TestCase(SandboxOutcome.WallTimeExceeded, null)]
    [TestCase(SandboxOutcome.Completed, 0)]
    [TestCase(SandboxOutcome.OutputExceeded, null)]
    public void An_out_of_memory_kill_decides_the_verdict_whatever_the_outcome(SandboxOutcome outcome, int? exitCode) =>
        Assert.That(
            End(outcome, exitCode, new SandboxUsage { OutOfMemoryKills = 1 }), Is.EqualTo("MemoryLimitExceeded"));

    [TestCase(SandboxOutcome.WallTimeExceeded, null, ExpectedResult = "ProcessLimitExceeded")]
    [TestCase(SandboxOutcome.CpuTimeExceeded, null, ExpectedResult = "ProcessLimitExceeded")]
    [TestCase(SandboxOutcome.Completed, 1, ExpectedResult = "ProcessLimitExceeded")]
    [TestCase(SandboxOutcome.OutputExceeded, null, ExpectedResult = "OutputLimitExceeded")]
    [TestCase(
        SandboxOutcome.Completed, 0, ExpectedResult = null, Description = "the program succeeded with fewer processes")]
    public string? A_refused_process_explains_a_failure(SandboxOutcome outcome, int? exitCode) =>
        End(outcome, exitCode, new SandboxUsage { RefusedProcesses = 3 });

    [TestCase(true, 0, ExpectedResult = "Accepted")]
    [TestCase(true, 3, ExpectedResult = "Accepted")]
    [TestCase(false, 0, ExpectedResult = "WrongAnswer")]
    [TestCase(false, 3, ExpectedResult = "ProcessLimitExceeded")]
    public string An_answer_has_its_verdict(bool isRight, int refused)
    {
        SandboxResult result = new()
        {
            Outcome = SandboxOutcome.Completed,
            ExitCode = 0,
            Usage = new SandboxUsage { RefusedProcesses = refused },
        };
        return VerdictRules.OfAnswer(
            1, result, () => isRight ? CheckResult.Right : CheckResult.Wrong("")).Verdict.ToString();
    }

    [Test]
    public void A_checker_that_finds_the_test_wrong_is_an_error_of_the_judge()
    {
        SandboxResult result = new() { Outcome = SandboxOutcome.Completed, ExitCode = 0 };

        TestResult judged = VerdictRules.OfAnswer(
            7, result, () => throw new InvalidDataException("The test has no size."));

        Assert.That(
            (judged.Number, judged.Verdict, judged.Detail),
            Is.EqualTo((7, Verdict.JudgeError, "The test has no size.")));
    }

    [Test]
    public void A_run_that_the_judge_ended_has_no_verdict() =>
        Assert.That(() => End(SandboxOutcome.Canceled, null, new SandboxUsage()), Throws.InvalidOperationException);

    [Test]
    public void The_first_test_that_was_not_accepted_decides()
    {
        JudgedSubmission judged = JudgedSubmission.Of(
            [Test(4, Verdict.RuntimeError), Test(1, Verdict.Accepted), Test(3, Verdict.TimeLimitExceeded),
                Test(2, Verdict.Accepted)]);

        Assert.That(judged.Verdict, Is.EqualTo(Verdict.TimeLimitExceeded));
        Assert.That(
            judged.Tests.Select(test => test.Number), Is.EqualTo(new[] { 1, 2, 3 }),
            "Programs beside it do not count.");
    }

    private static string? End(SandboxOutcome outcome, int? exitCode, SandboxUsage usage) =>
        VerdictRules.OfEnd(
            new SandboxResult { Outcome = outcome, ExitCode = exitCode, Usage = usage })?.Verdict.ToString();

    private static TestResult Test(int number, Verdict verdict) => new(number, verdict, "", 1, 1, 1);
}
