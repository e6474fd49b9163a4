namespace Isolation;

/// <summary>A file with given content.</summary>
/// <param name="Target">The absolute path inside the sandbox.</param>
/// <param name="Content">The bytes.</param>
public sealed record FileEntry(string Target, ReadOnlyMemory<byte> Content) : MountEntry(Target)
{
    /// <summary>Permissions. Default: 0644.</summary>
    public UnixFileMode Mode { get; init; } = (UnixFileMode)0b110_100_100;

    /// <summary>Whether the payload's user owns it. Default: the sandbox's root does.</summary>
    public EntryOwner Owner { get; init; }
}
