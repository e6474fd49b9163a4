namespace Isolation;

/// <summary>An empty directory.</summary>
/// <param name="Target">The absolute path inside the sandbox.</param>
public sealed record DirectoryEntry(string Target) : MountEntry(Target)
{
    /// <summary>Permissions. Default: 0755.</summary>
    public UnixFileMode Mode { get; init; } = (UnixFileMode)0b111_101_101;

    /// <summary>Whether the payload's user owns it. Default: the sandbox's root does.</summary>
    public EntryOwner Owner { get; init; }
}
