using System.Collections.Immutable;
using CodeJudge.Catalogue;
using CodeJudge.Checking;
using CodeJudge.Languages;
using Isolation;

namespace CodeJudge.Judging;

/// <summary>Runs a compiled program on one test, in a sandbox that is new for each, and judges it.</summary>
internal sealed class TestRunner(SandboxSource source, JudgeSandboxes sandboxes, InteractiveTest interactive)
{
    public Task<TestResult> RunAsync(
        Language language, Problem problem, ImmutableArray<FileEntry> program, ProblemTest test, CancellationToken cancellationToken)
    {
        (SandboxSpecification specification, SandboxCommand command) = sandboxes.OfProgram(language, problem, program);
        return problem.Interactor is { } interactor
            ? interactive.RunAsync(specification, command, interactor, test, cancellationToken)
            : RunAsync(specification, command, problem.Checker!, test, cancellationToken);
    }

    private async Task<TestResult> RunAsync(
        SandboxSpecification specification, SandboxCommand command, IChecker checker, ProblemTest test, CancellationToken cancellationToken)
    {
        SandboxResult result = await source.RunAsync(
            specification, command with { StandardInput = InputSource.FromBytes(test.Input) }, cancellationToken);
        return VerdictRules.OfEnd(result) is { } ended
            ? VerdictRules.ToTest(test.Number, result, ended.Verdict, ended.Detail)
            : VerdictRules.OfAnswer(test.Number, result, () => checker.Check(test.Input, test.Answer, result.StandardOutput.Bytes));
    }
}
