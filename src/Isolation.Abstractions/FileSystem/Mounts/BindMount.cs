namespace Isolation;

/// <summary>Makes a file or directory of the host available at a path inside the sandbox.</summary>
/// <param name="Source">The absolute path on the host.</param>
/// <param name="Target">The absolute path inside the sandbox.</param>
public sealed record BindMount(string Source, string Target) : MountEntry(Target)
{
    /// <summary>
    /// Gets the access that the payload has to the mount. Default: <see cref="MountAccess.ReadOnly"/>, including all
    /// mounts below it.
    /// </summary>
    public MountAccess Access { get; init; } = MountAccess.ReadOnly;

    /// <summary>Gets the restrictions of the mount. Default: no set-user-id, no devices.</summary>
    public MountOptions Options { get; init; } = MountOptions.NoSetUserId | MountOptions.NoDevices;

    /// <summary>
    /// Gets a value that specifies whether mounts below the source are included. Default:
    /// <see cref="BindScope.Recursive"/>.
    /// </summary>
    public BindScope Scope { get; init; } = BindScope.Recursive;

    /// <summary>Gets the propagation of later mounts. Default: <see cref="MountPropagation.Private"/>.</summary>
    public MountPropagation Propagation { get; init; } = MountPropagation.Private;

    /// <summary>
    /// Gets a value that specifies how file owners appear inside the sandbox. Default:
    /// <see cref="MountOwnership.Host"/>.
    /// </summary>
    /// <remarks>
    /// <see cref="MountOwnership.Mapped"/> creates an ID-mapped mount (mount_setattr(2) MOUNT_ATTR_IDMAP). It requires
    /// Linux 5.12, root on the host, and a file system that supports ID-mapped mounts.
    /// </remarks>
    public MountOwnership Ownership { get; init; } = MountOwnership.Host;
}
