namespace Isolation;

/// <summary>Provides extension methods of providers.</summary>
public static class SandboxProviderExtensions
{
    /// <summary>Runs a program in a sandbox of its own.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="specification">The specification of the sandbox.</param>
    /// <param name="program">The program; see <see cref="SandboxCommand.Program"/>.</param>
    /// <param name="arguments">The arguments. Default: none.</param>
    /// <param name="cancellationToken">The token that ends the command.</param>
    /// <inheritdoc cref="ISandboxProvider.RunAsync" path="/exception"/>
    public static Task<SandboxResult> RunAsync(
        this ISandboxProvider provider, SandboxSpecification specification, string program,
        IEnumerable<string>? arguments = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return provider.RunAsync(specification, new SandboxCommand(program, arguments ?? []), cancellationToken);
    }
}
