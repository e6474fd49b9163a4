namespace Isolation;

/// <summary>
/// Uses the host's root file system unchanged, for hosts that support neither a mount namespace nor chroot(2), such as
/// an unprivileged container.
/// </summary>
/// <remarks>
/// Nothing is mounted, hidden or made read-only. Only file permissions and <see cref="SandboxSpecification.Landlock"/>
/// restrict the payload; without Landlock, this root provides no isolation. It requires the host's mount namespace.
/// <see cref="SandboxSpecification.Mounts"/>, masked paths and read-only paths are rejected.
/// </remarks>
public sealed record HostRoot : RootFileSystem;
