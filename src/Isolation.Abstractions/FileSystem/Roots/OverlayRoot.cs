using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Combines one or more directories of the host, which remain unchanged, with an upper layer that receives the
/// payload's writes. Requires overlayfs (CONFIG_OVERLAY_FS), and Linux 5.11 for an unprivileged user.
/// </summary>
/// <remarks>
/// <para>
/// Mounts below a layer on the host are not included.
/// </para>
/// <para>
/// Overlays that root creates mark removed and replaced files with attributes that begin with <c>trusted.overlay.</c>,
/// like overlays on the host itself. Overlays that an unprivileged user creates use <c>user.overlay.</c>. A persistent
/// upper layer can therefore serve as a layer only for the kind of user that created it. Before Linux 6.6, the
/// <see cref="TemporaryUpper"/> of an unprivileged user cannot store these attributes: removing a non-empty directory
/// of a layer fails with EIO.
/// </para>
/// </remarks>
/// <param name="Layers">The absolute paths of the layers, the uppermost first. 1 to 500.</param>
public sealed record OverlayRoot(ImmutableArray<string> Layers) : RootFileSystem
{
    /// <summary>Gets the layer that receives writes. Default: a <see cref="TemporaryUpper"/> of 64 MiB.</summary>
    public OverlayUpper Upper { get; init; } = new TemporaryUpper();

    /// <summary>
    /// Gets a value that specifies how the owners of files in the layers appear inside, and which owners are written to
    /// a <see cref="PersistentUpper"/>. Default: null, which is <see cref="MountOwnership.Mapped"/> if the host can map
    /// the owners of all directories; otherwise, <see cref="MountOwnership.Host"/>.
    /// </summary>
    /// <remarks>
    /// <para>
    /// With <see cref="MountOwnership.Mapped"/>, an image that root unpacked belongs to root inside as well: id 0
    /// inside can change files that id 0 owns in a layer, and id 0 owns the files that id 0 inside writes to a
    /// persistent upper layer. This requires Linux 5.19 (ID-mapped layers, mount_setattr(2) MOUNT_ATTR_IDMAP),
    /// CAP_SYS_ADMIN on the host, a new user namespace, and file systems that support ID-mapped mounts. If it is
    /// requested but not available, a <see cref="SandboxException"/> is thrown. If the application has the privileges
    /// to map owners and the default is <see cref="MountOwnership.Host"/> nevertheless,
    /// <see cref="SandboxReport.NotApplied"/> gives the reason.
    /// </para>
    /// <para>
    /// With <see cref="MountOwnership.Host"/>, an id that the id map does not contain appears as the overflow id
    /// (65534). Files of such an id can be read if their permissions allow it, but cannot be changed (EOVERFLOW). This
    /// does not limit an unprivileged user, whose own id is in the map.
    /// </para>
    /// </remarks>
    public MountOwnership? Ownership { get; init; }

    /// <summary>
    /// Indicates whether the layers are the same in the same order, and the upper layer and the ownership are equal.
    /// </summary>
    public bool Equals(OverlayRoot? other) =>
        other is not null && Upper == other.Upper && Ownership == other.Ownership
            && Layers.AsSpan().SequenceEqual(other.Layers.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Layers.Length, Layers.IsDefaultOrEmpty ? null : Layers[0], Upper);
}
