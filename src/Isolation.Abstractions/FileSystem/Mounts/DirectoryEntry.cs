namespace Isolation;

/// <summary>Creates an empty directory inside the sandbox.</summary>
/// <param name="Target">The absolute path inside the sandbox.</param>
public sealed record DirectoryEntry(string Target) : MountEntry(Target)
{
    /// <summary>Gets the permissions. Default: 0755.</summary>
    public UnixFileMode Mode { get; init; } = (UnixFileMode)0b111_101_101;

    /// <summary>Gets the owner of the directory. Default: <see cref="EntryOwner.Root"/>.</summary>
    public EntryOwner Owner { get; init; }
}
