using CodeJudge.Catalogue;
using CodeJudge.Checking;
using Isolation;

namespace CodeJudge.Judging;

/// <summary>Runs a program that an interactor talks with. Everything about how the two are wired is here.</summary>
internal sealed class InteractiveTest(SandboxSource sandboxes)
{
    public async Task<TestResult> RunAsync(
        SandboxSpecification specification, SandboxCommand command, IInteractor interactor, ProblemTest test, CancellationToken cancellationToken)
    {
        await using ISandbox sandbox = await sandboxes.TakeAsync(specification, cancellationToken);
        await using ISandboxProcess process = await sandbox.StartAsync(
            command with { StandardInput = InputSource.Pipe, StandardOutput = OutputTarget.Pipe }, cancellationToken);
        Conversation conversation = new(process.StandardInput!, process.StandardOutput!);
        CheckResult said = default;
        InvalidDataException? wrongTest = null;
        try
        {
            // It ends at the latest with the program, whose time is limited: the streams end with it.
            said = await interactor.TalkAsync(test.Input, conversation, cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            wrongTest = exception;
        }

        // What is wrong is wrong however the program would end; but one that fell silent is judged by its end.
        bool isDecided = wrongTest is not null || (!said.IsRight && !conversation.IsOver);
        SandboxResult result = isDecided ? await process.KillAsync(cancellationToken) : await EndAsync(process, cancellationToken);
        return wrongTest is not null ? VerdictRules.ToTest(test.Number, result, Verdict.JudgeError, wrongTest.Message)
            : !isDecided && VerdictRules.OfEnd(result) is { } end ? VerdictRules.ToTest(test.Number, result, end.Verdict, end.Detail)
            : VerdictRules.OfAnswer(test.Number, result, () => said);
    }

    /// <summary>
    /// All is said: the program reads the end of its input. What it still writes is taken, so that it does not wait for a reader until its time
    /// is over.
    /// </summary>
    private static async Task<SandboxResult> EndAsync(ISandboxProcess process, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput!.DisposeAsync();
            await process.StandardOutput!.CopyToAsync(Stream.Null, cancellationToken);
        }
        catch (IOException)
        {
            // It has ended.
        }

        return await process.WaitForExitAsync(cancellationToken);
    }
}
