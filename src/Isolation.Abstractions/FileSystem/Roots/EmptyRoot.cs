namespace Isolation;

/// <summary>
/// Uses an empty root in memory that contains only the mounts of the specification: directories of the host, temporary
/// directories, and files with specified content. Directories that a mount requires are created.
/// </summary>
public sealed record EmptyRoot : RootFileSystem
{
    /// <summary>
    /// Gets the access that the payload has to the root directory itself. Default: <see cref="MountAccess.ReadOnly"/>.
    /// </summary>
    public MountAccess Access { get; init; } = MountAccess.ReadOnly;

    /// <summary>
    /// Gets the maximum size of files in the root itself, in bytes, excluding mounts. Default: 16 MiB.
    /// </summary>
    public long Size { get; init; } = 16L << 20;
}
