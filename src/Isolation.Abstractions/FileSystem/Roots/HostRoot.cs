namespace Isolation;

/// <summary>
/// The host's root file system as it is: for hosts that can have neither a mount namespace nor chroot(2), such as one
/// in a container without privileges.
/// <para>
/// Nothing is mounted, hidden or read-only: what the payload may do to files is said by their permissions, and by
/// <see cref="SandboxSpecification.Landlock"/>, without which this root isolates nothing. Needs the host's mount
/// namespace; <see cref="SandboxSpecification.Mounts"/>, masked and read-only paths are refused.
/// </para>
/// </summary>
public sealed record HostRoot : RootFileSystem;
