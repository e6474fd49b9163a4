namespace Isolation;

/// <summary>Creates a file with the specified content inside the sandbox.</summary>
/// <param name="Target">The absolute path inside the sandbox.</param>
/// <param name="Content">The content of the file.</param>
public sealed record FileEntry(string Target, ReadOnlyMemory<byte> Content) : MountEntry(Target)
{
    /// <summary>Gets the permissions. Default: 0644.</summary>
    public UnixFileMode Mode { get; init; } = (UnixFileMode)0b110_100_100;

    /// <summary>Gets the owner of the file. Default: <see cref="EntryOwner.Root"/>.</summary>
    public EntryOwner Owner { get; init; }
}
