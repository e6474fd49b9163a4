namespace Isolation;

/// <summary>
/// A directory of the host entered by plain chroot(2), without a mount namespace: for hosts that cannot have one.
/// <para>
/// This is the weakest root there is. The mounts of the host stay reachable for whoever gets CAP_SYS_CHROOT or a
/// descriptor of a directory outside; nothing can be mounted or made read-only, so
/// <see cref="SandboxSpecification.Mounts"/>, masked and read-only paths are refused. The directory is writable where
/// its permissions say so.
/// </para>
/// </summary>
/// <param name="Path">The absolute path of the directory on the host.</param>
public sealed record ChrootRoot(string Path) : RootFileSystem;
