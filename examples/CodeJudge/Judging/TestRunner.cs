using System.Collections.Immutable;
using CodeJudge.Catalogue;
using CodeJudge.Languages;
using Isolation;

namespace CodeJudge.Judging;

/// <summary>Runs a compiled program on a test in a new sandbox and judges it.</summary>
internal sealed class TestRunner(SandboxSource source, JudgeSandboxes sandboxes)
{
    public async Task<TestResult> RunAsync(
        Language language, Problem problem, ImmutableArray<FileEntry> artifact, ProblemTest test,
        CancellationToken cancellationToken)
    {
        if (problem.Interactor is { } interactor)
        {
            SandboxedProgram program = sandboxes.OfTalkingProgram(language, problem, artifact);
            return VerdictRules.OfTalk(
                test.Number, await source.TalkAsync(
                    program, sandboxes.OfInteractor(interactor, test, program.Command), cancellationToken));
        }

        SandboxResult result = await source.RunAsync(
            sandboxes.OfProgram(language, problem, artifact, test), cancellationToken);
        return VerdictRules.OfEnd(result) is { } end
            ? VerdictRules.ToTest(test.Number, result, end.Verdict, end.Detail)
            : VerdictRules.OfAnswer(
                test.Number, result, () => problem.Checker!.Check(
                    test.Input, test.Answer, result.StandardOutput.Bytes));
    }
}
