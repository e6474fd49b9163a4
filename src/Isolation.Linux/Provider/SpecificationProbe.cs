using Isolation.Linux.Probing;

namespace Isolation.Linux;

/// <summary>
/// Answers for a specification what this host supports of it. A sandbox is created and removed, which uses the launch
/// path and every step of the setup, and runs no command.
/// </summary>
internal static class SpecificationProbe
{
    internal static SpecificationSupport Check(
        SandboxSpecification specification, Func<SandboxSpecification, Task<ISandbox>> create)
    {
        SpecificationSupport known = SpecificationSupport.Of(specification, HostProbe.Current.Support);

        // On another thread, so that a caller with a synchronization context does not wait for itself.
        return Task.Run(() => CheckAsync(specification, known, create)).GetAwaiter().GetResult();
    }

    private static async Task<SpecificationSupport> CheckAsync(
        SandboxSpecification specification, SpecificationSupport known,
        Func<SandboxSpecification, Task<ISandbox>> create)
    {
        try
        {
            ISandbox sandbox = await create(specification with { Lifetime = SandboxLifetime.Application })
                .ConfigureAwait(false);
            await using (sandbox.ConfigureAwait(false))
            {
                // The sandbox is the proof, whatever the features say.
                return known with { Degraded = sandbox.Report.NotApplied, Missing = [] };
            }
        }
        catch (SandboxException exception)
        {
            NotApplied refusal = new(exception.Stage, exception.Message, exception.Remedy);
            return known with { Missing = [refusal, .. known.Missing] };
        }
    }
}
