namespace Isolation;

/// <summary>A directory in memory (tmpfs) that is gone with the sandbox.</summary>
/// <param name="Target">The absolute path inside the sandbox.</param>
public sealed record TemporaryMount(string Target) : MountEntry(Target)
{
    /// <summary>The most that it holds, in bytes; rounded up to whole pages. Default: 64 MiB.</summary>
    public long Size { get; init; } = 64L << 20;

    /// <summary>
    /// Gets the maximum number of files, directories and links. Default: null, one for every 4 KiB of <see
    /// cref="Size"/> and at least 1,024, so that files with content reach the size first. An empty file takes about 1
    /// KiB of kernel memory that <see cref="Size"/> does not count.
    /// </summary>
    public long? Inodes { get; init; }

    /// <summary>Permissions of the directory. Default: 1777, as /tmp has them.</summary>
    public UnixFileMode Mode { get; init; } = (UnixFileMode)0b1_111_111_111;

    /// <summary>Restrictions. Default: no set-user-id, no devices.</summary>
    public MountOptions Options { get; init; } = MountOptions.NoSetUserId | MountOptions.NoDevices;
}
