namespace Isolation;

/// <summary>
/// An empty root in memory that is built up from the mounts of the specification: directories of the host, temporary
/// directories, files with given content. Directories that a mount needs are made.
/// </summary>
public sealed record EmptyRoot : RootFileSystem
{
    /// <summary>
    /// Whether the payload may write to the root directory itself. Default: <see cref="MountAccess.ReadOnly"/>.
    /// </summary>
    public MountAccess Access { get; init; } = MountAccess.ReadOnly;

    /// <summary>
    /// The most that files in the root itself may take, in bytes; not counted is what is mounted into it.
    /// Default: 16 MiB.
    /// </summary>
    public long Size { get; init; } = 16L << 20;
}
