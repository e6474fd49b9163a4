using Isolation;

namespace CodeJudge.Judging;

/// <summary>Creates all sandboxes of the judge and runs programs in them.</summary>
internal sealed class SandboxSource(ISandboxProvider provider)
{
    /// <summary>The time for a program to read the last message of the other program, even on a busy machine.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public async Task<SandboxResult> RunAsync(SandboxedProgram program, CancellationToken cancellationToken)
    {
        SandboxResult result = await provider.RunAsync(program.Specification, program.Command, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return result;
    }

    /// <summary>Runs a program that communicates with an interactor, each in its own sandbox.</summary>
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
