namespace Isolation;

/// <summary>
/// A directory of the host as the root, as it is (the classic chroot, here by pivot_root in a mount namespace of its
/// own). Mounts need their targets to exist in the directory: nothing is made in a directory that belongs to the host.
/// </summary>
/// <param name="Path">The absolute path of the directory on the host.</param>
public sealed record DirectoryRoot(string Path) : RootFileSystem
{
    /// <summary>
    /// Whether the payload may write to the directory. Read-only holds for everything that is mounted below it too.
    /// Default: <see cref="MountAccess.ReadOnly"/>.
    /// </summary>
    public MountAccess Access { get; init; } = MountAccess.ReadOnly;
}
