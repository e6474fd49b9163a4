namespace Isolation;

/// <summary>Provides extension methods of sandboxes.</summary>
public static class SandboxExtensions
{
    /// <summary>Runs a program in the sandbox, as in <c>sandbox.RunAsync("sh", ["-c", "ls"])</c>.</summary>
    /// <param name="sandbox">The sandbox.</param>
    /// <param name="program">The program; see <see cref="SandboxCommand.Program"/>.</param>
    /// <param name="arguments">The arguments. Default: none.</param>
    /// <param name="cancellationToken">The token that ends the command.</param>
    /// <inheritdoc cref="ISandbox.RunAsync" path="/exception"/>
    public static Task<SandboxResult> RunAsync(
        this ISandbox sandbox, string program, IEnumerable<string>? arguments = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sandbox);
        return sandbox.RunAsync(new SandboxCommand(program, arguments ?? []), cancellationToken);
    }
}
