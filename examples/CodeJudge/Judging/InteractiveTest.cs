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
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<SandboxResult> running = WaitAsync(process, ended);

        Conversation conversation = new(process.StandardInput!, process.StandardOutput!);
        CheckResult? said = null;
        InvalidDataException? wrongTest = null;
        try
        {
            said = await interactor.TalkAsync(test.Input, conversation, ended.Token);
        }
        catch (InvalidDataException exception)
        {
            wrongTest = exception;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The program has ended, and something that it left behind keeps its output open.
        }

        // It reads the end of its input now; what it still writes is taken, so that it does not wait for a reader until its time is over.
        await CloseAsync(process.StandardInput!);
        Task drained = DrainAsync(process.StandardOutput!, ended.Token);
        bool isDecided = wrongTest is not null || (said is { IsRight: false } && !conversation.IsOver);
        SandboxResult result = isDecided ? await process.KillAsync(CancellationToken.None) : await running;
        await drained;
        cancellationToken.ThrowIfCancellationRequested();

        // What is wrong is wrong however the program ended then; but one that fell silent is judged by its end.
        return wrongTest is not null ? VerdictRules.ToTest(test.Number, result, Verdict.JudgeError, wrongTest.Message)
            : !isDecided && VerdictRules.OfEnd(result) is { } end ? VerdictRules.ToTest(test.Number, result, end.Verdict, end.Detail)
            : VerdictRules.OfAnswer(test.Number, result, () => said ?? CheckResult.Wrong("It ended in the middle of the conversation."));
    }

    private static async Task<SandboxResult> WaitAsync(ISandboxProcess process, CancellationTokenSource ended)
    {
        SandboxResult result = await process.WaitForExitAsync(ended.Token);

        // What it said last may still be in the pipe; the interactor reads up to the end of it, which comes when all writers are gone.
        ended.CancelAfter(TimeSpan.FromSeconds(2));
        return result;
    }

    private static async Task CloseAsync(Stream input)
    {
        try
        {
            await input.DisposeAsync();
        }
        catch (IOException)
        {
            // It has ended.
        }
    }

    private static async Task DrainAsync(Stream output, CancellationToken cancellationToken)
    {
        try
        {
            await output.CopyToAsync(Stream.Null, cancellationToken);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // Nobody needs what comes now.
        }
    }
}
