namespace Isolation;

/// <summary>A file or directory of the host, seen at a path inside.</summary>
/// <param name="Source">The absolute path on the host.</param>
/// <param name="Target">The absolute path inside the sandbox.</param>
public sealed record BindMount(string Source, string Target) : MountEntry(Target)
{
    /// <summary>
    /// Whether the payload may write to it. Default: <see cref="MountAccess.ReadOnly"/>, with everything mounted below.
    /// </summary>
    public MountAccess Access { get; init; } = MountAccess.ReadOnly;

    /// <summary>Restrictions. Default: no set-user-id, no devices.</summary>
    public MountOptions Options { get; init; } = MountOptions.NoSetUserId | MountOptions.NoDevices;

    /// <summary>Whether mounts below the source come along. Default: <see cref="BindScope.Recursive"/>.</summary>
    public BindScope Scope { get; init; } = BindScope.Recursive;

    /// <summary>Propagation of later mounts. Default: <see cref="MountPropagation.Private"/>.</summary>
    public MountPropagation Propagation { get; init; } = MountPropagation.Private;

    /// <summary>
    /// How owners are shown. Default: <see cref="MountOwnership.Host"/>. <see cref="MountOwnership.Mapped"/> makes an
    /// id-mapped mount (mount_setattr(2) MOUNT_ATTR_IDMAP, Linux 5.12, root on the host, and a file system that can).
    /// </summary>
    public MountOwnership Ownership { get; init; } = MountOwnership.Host;
}
