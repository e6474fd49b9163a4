namespace Isolation;

/// <summary>
/// Uses a directory of the host as the root through plain chroot(2), without a mount namespace, for hosts that do not
/// support one.
/// </summary>
/// <remarks>
/// This is the weakest root. The mounts of the host remain reachable for a payload that obtains CAP_SYS_CHROOT or a
/// file descriptor of a directory outside. Nothing can be mounted or made read-only, so
/// <see cref="SandboxSpecification.Mounts"/>, masked paths and read-only paths are rejected. The directory is writable
/// where its permissions allow it.
/// </remarks>
/// <param name="Path">The absolute path of the directory on the host.</param>
public sealed record ChrootRoot(string Path) : RootFileSystem;
