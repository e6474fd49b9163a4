namespace Isolation;

/// <summary>
/// Represents an object that appears at a path inside the sandbox: a mount, a file, a directory or a link.
/// </summary>
/// <param name="Target">The absolute path inside the sandbox.</param>
public abstract record MountEntry(string Target)
{
    /// <summary>
    /// Gets a value that specifies what happens if the host does not support the entry. Default:
    /// <see cref="Requirement.Require"/>. With <see cref="Requirement.Prefer"/>, the entry is omitted and the sandbox's
    /// report gives the reason.
    /// </summary>
    public Requirement Requirement { get; init; }
}
