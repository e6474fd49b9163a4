namespace Isolation;

/// <summary>Something that appears at a path inside the sandbox: a mount, a file, a directory or a link.</summary>
/// <param name="Target">The absolute path inside the sandbox.</param>
public abstract record MountEntry(string Target)
{
    /// <summary>
    /// What happens where the host cannot do this. Default: <see cref="Requirement.Require"/>. With
    /// <see cref="Requirement.Prefer"/> the entry is left out and the sandbox's report says why.
    /// </summary>
    public Requirement Requirement { get; init; }
}
