using Isolation.Linux.Interop;

namespace Isolation.Linux;

/// <summary>The one place where an error number becomes an exception.</summary>
internal static class Errors
{
    /// <summary>Passes on a result that is not negative.</summary>
    internal static long Check(long result, string action, string? target) =>
        result >= 0 ? result : throw Create(action, target, (int)-result);

    internal static SandboxException Create(string action, string? target, int error) =>
        new(
            target is null ? action : $"{action} {target}",
            target,
            error,
            ErrnoText.Name(error),
            ErrnoText.Text(error),
            Remedies.Find(action, target, error));
}
