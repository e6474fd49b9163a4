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
    /// <remarks>
    /// With <see cref="MountAccess.ReadWrite"/>, the permissions of the files still apply. The payload has another id
    /// on the host (see <see cref="IdMap"/>), so it cannot write to a directory of the host's root or of another user
    /// unless <see cref="Ownership"/> is <see cref="MountOwnership.Mapped"/>, or the directory grants it. If the owner
    /// has no id in the sandbox, and nothing in the mount is writable for its group or for others, the sandbox is not
    /// created (<c>EACCES</c>); a mount with <see cref="Requirement.Prefer"/> is mounted, and reported.
    /// </remarks>
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

    /// <summary>
    /// Gets a value that specifies whether the files and directories of <c>/etc</c> and <c>/var/lib</c> to which
    /// symbolic links below the source lead are mounted too, read-only and at the same paths. Default:
    /// <see langword="false"/>.
    /// </summary>
    /// <remarks>
    /// Distributions keep the configuration of a package in <c>/etc</c>, and link to it from <c>/usr</c>; Java, for
    /// example, does not start without it. A link is followed if everybody may read its target, and if its target is
    /// below a directory of <c>/etc</c> or <c>/var/lib</c> rather than directly in one of them. Where all files of that
    /// directory are readable for everybody, it is mounted as a whole. Links more than six levels below the source,
    /// and links in directories of documentation, headers and modules, are ignored. Entries of the specification take
    /// precedence. Requires that <see cref="Source"/> and <see cref="MountEntry.Target"/> are the same.
    /// </remarks>
    public bool IncludesLinkTargets { get; init; }
}
