using System.Runtime.CompilerServices;

namespace Isolation;

/// <summary>Paths inside a sandbox, for providers.</summary>
public static class SandboxPath
{
    /// <summary>
    /// Throws unless it is an absolute path without <c>//</c>, <c>.</c>, <c>..</c> and a slash at its end, and not the
    /// root itself.
    /// </summary>
    /// <exception cref="ArgumentNullException">It is null.</exception>
    /// <exception cref="ArgumentException">It is something else; the message says what.</exception>
    public static void Validate(string path, [CallerArgumentExpression(nameof(path))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(path, name);
        if (PathRules.FindTargetFault(path) is { } fault)
        {
            throw new ArgumentException(fault, name);
        }
    }
}
