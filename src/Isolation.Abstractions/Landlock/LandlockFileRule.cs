namespace Isolation;

/// <summary>Allows rights on a file, or on a directory and everything below it.</summary>
/// <param name="Path">
/// An absolute path inside the sandbox. The path is resolved once, as the root of the sandbox, when the sandbox is
/// created; symbolic links are followed. The rule applies to the resolved file or directory, even if it is moved.
/// </param>
/// <param name="Access">
/// The allowed rights. For anything other than a directory, rights that apply only to directories are ignored.
/// </param>
public sealed record LandlockFileRule(string Path, LandlockFileAccess Access)
{
    /// <summary>
    /// Gets a value that specifies what happens if <see cref="Path"/> does not exist. Default:
    /// <see cref="Requirement.Require"/>, the sandbox is not created. With <see cref="Requirement.Prefer"/>, the rule
    /// is ignored and not reported.
    /// </summary>
    public Requirement Requirement { get; init; }
}
