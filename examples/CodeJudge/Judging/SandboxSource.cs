using Isolation;

namespace CodeJudge.Judging;

/// <summary>Where all sandboxes come from: every program of the judge runs in one that it gave.</summary>
internal sealed class SandboxSource(ISandboxProvider provider)
{
    public async Task<SandboxResult> RunAsync(SandboxSpecification specification, SandboxCommand command, CancellationToken cancellationToken)
    {
        SandboxResult result = await provider.RunAsync(specification, command, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return result;
    }

    /// <summary>A sandbox for programs that are talked with. It is the caller's to dispose of.</summary>
    public Task<ISandbox> TakeAsync(SandboxSpecification specification, CancellationToken cancellationToken) =>
        provider.CreateAsync(specification, cancellationToken);
}
