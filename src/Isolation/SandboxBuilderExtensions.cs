using Isolation.Linux;

namespace Isolation;

/// <summary>Provides extension methods that create sandboxes with the default provider of this machine.</summary>
/// <remarks>
/// The provider is <see cref="LinuxSandboxProvider.Default"/>. Its sandboxes and commands appear in the traces and
/// metrics of an application that listens to the source and the meter of <see cref="IsolationTelemetry"/>.
/// </remarks>
public static class SandboxBuilderExtensions
{
    private static readonly Lazy<InstrumentedSandboxProvider> Provider =
        new(static () => new InstrumentedSandboxProvider(LinuxSandboxProvider.Default));

    /// <summary>Builds the specification and creates a sandbox from it.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="cancellationToken">The token that cancels the creation.</param>
    /// <inheritdoc cref="ISandboxProvider.CreateAsync" path="/exception"/>
    public static Task<ISandbox> CreateAsync(this SandboxBuilder builder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.CreateAsync(Provider.Value, cancellationToken);
    }

    /// <summary>
    /// Builds the specification, creates a sandbox from it, runs one command and disposes the sandbox.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="command">The command.</param>
    /// <inheritdoc cref="ISandboxProvider.RunAsync" path="/exception"/>
    public static Task<SandboxResult> RunAsync(this SandboxBuilder builder, SandboxCommand command) =>
        builder.RunAsync(command, CancellationToken.None);

    /// <inheritdoc cref="RunAsync(SandboxBuilder, SandboxCommand)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">The token that ends the command.</param>
    public static Task<SandboxResult> RunAsync(
        this SandboxBuilder builder, SandboxCommand command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.RunAsync(Provider.Value, command, cancellationToken);
    }

    /// <summary>
    /// Builds the specification, creates a sandbox from it, runs one program and disposes the sandbox, as in
    /// <c>builder.RunAsync("sh", ["-c", "ls"])</c>.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="program">The program; see <see cref="SandboxCommand.Program"/>.</param>
    /// <param name="arguments">The arguments. Default: none.</param>
    /// <param name="cancellationToken">The token that ends the command.</param>
    /// <inheritdoc cref="ISandboxProvider.RunAsync" path="/exception"/>
    public static Task<SandboxResult> RunAsync(
        this SandboxBuilder builder, string program, IEnumerable<string>? arguments = null,
        CancellationToken cancellationToken = default) =>
        builder.RunAsync(new SandboxCommand(program, arguments ?? []), cancellationToken);
}
