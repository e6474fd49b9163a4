namespace Isolation;

/// <summary>Mounts a directory in memory (tmpfs) that is removed with the sandbox.</summary>
/// <param name="Target">The absolute path inside the sandbox.</param>
public sealed record TemporaryMount(string Target) : MountEntry(Target)
{
    /// <summary>Gets the maximum size in bytes, rounded up to whole pages. Default: 64 MiB.</summary>
    public long Size { get; init; } = 64L << 20;

    /// <summary>
    /// Gets the maximum number of files, directories and links. Default: null, one for every 4 KiB of
    /// <see cref="Size"/> and at least 1,024.
    /// </summary>
    /// <remarks>
    /// With the default, files with content reach the size limit first. An empty file takes about 1 KiB of kernel
    /// memory that does not count toward <see cref="Size"/>.
    /// </remarks>
    public long? Inodes { get; init; }

    /// <summary>Gets the permissions of the directory. Default: 1777, like <c>/tmp</c>.</summary>
    public UnixFileMode Mode { get; init; } = (UnixFileMode)0b1_111_111_111;

    /// <summary>Gets the restrictions of the mount. Default: no set-user-id, no devices.</summary>
    public MountOptions Options { get; init; } = MountOptions.NoSetUserId | MountOptions.NoDevices;
}
