using System.Runtime.CompilerServices;

namespace Isolation;

/// <summary>Provides validation of paths inside a sandbox, for providers.</summary>
public static class SandboxPath
{
    /// <summary>
    /// Throws an exception unless the path is absolute, normalized (without <c>//</c>, <c>.</c>, <c>..</c> and a
    /// trailing slash), and not the root itself.
    /// </summary>
    /// <exception cref="ArgumentNullException"><paramref name="path"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="path"/> is invalid; the message contains the reason.
    /// </exception>
    public static void Validate(string path, [CallerArgumentExpression(nameof(path))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(path, name);
        if (PathRules.FindTargetFault(path) is { } fault)
        {
            throw new ArgumentException(fault, name);
        }
    }
}
