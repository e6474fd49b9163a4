using Isolation;

namespace CodeJudge.Judging;

/// <summary>Where all sandboxes come from: every program of the judge runs in one that it gave.</summary>
internal sealed class SandboxSource(ISandboxProvider provider)
{
    /// <summary>Long enough for one that reads what the other said last, on a busy machine too.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public async Task<SandboxResult> RunAsync(SandboxedProgram program, CancellationToken cancellationToken)
    {
        SandboxResult result = await provider.RunAsync(program.Specification, program.Command, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return result;
    }

    /// <summary>Lets a program talk with an interactor, each in a sandbox of its own.</summary>
    public async Task<InteractiveResult> TalkAsync(
        SandboxedProgram program, SandboxedProgram interactor, CancellationToken cancellationToken)
    {
        InteractiveResult result = await new InteractiveRun()
            .WithSolution(provider, program.Specification, program.Command)
            .WithInteractor(provider, interactor.Specification, interactor.Command)
            .WithGrace(Grace)
            .WithTranscript(0)
            .RunAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return result;
    }
}
