using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// One or more directories of the host laid over each other, none of which is changed, and an upper layer that takes
/// what the payload writes. Needs overlayfs (CONFIG_OVERLAY_FS); for an ordinary user Linux 5.11.
/// <para>
/// What is mounted below a layer on the host is not part of it. A root host's overlays mark what was removed or
/// replaced as those of the host itself do (attributes that begin with <c>trusted.overlay.</c>); an ordinary user's
/// have marks of their own (<c>user.overlay.</c>), so a kept upper layer serves as a layer to the kind of host that
/// made it. Before Linux 6.6 an ordinary user's throw-away upper layer takes no marks: a directory of a layer that is
/// not empty cannot be removed (EIO).
/// </para>
/// </summary>
/// <param name="Layers">
/// The absolute paths of the layers, the uppermost first. 1 to 500.
/// </param>
public sealed record OverlayRoot(ImmutableArray<string> Layers) : RootFileSystem
{
    /// <summary>Where writes go. Default: a <see cref="TemporaryUpper"/> of 64 MiB.</summary>
    public OverlayUpper Upper { get; init; } = new TemporaryUpper();

    /// <summary>
    /// How the owners of files in the layers are shown, and how they are written to a <see cref="PersistentUpper"/>.
    /// Default: null, which is <see cref="MountOwnership.Mapped"/> where the host can map the owners of all the
    /// directories, and <see cref="MountOwnership.Host"/> where it cannot.
    /// <para>
    /// <see cref="MountOwnership.Mapped"/> makes an image that root unpacked root's inside as well: what id 0 owns in a
    /// layer, id 0 inside may change, and what id 0 inside writes, id 0 owns in a kept upper layer. It needs Linux 5.19
    /// (id-mapped layers, mount_setattr(2) MOUNT_ATTR_IDMAP), CAP_SYS_ADMIN on the host, a new user namespace, and file
    /// systems that can; asked for where it cannot be had, it is a <see cref="SandboxException"/>. Where a host that
    /// may map owners goes without it by default, <see cref="SandboxReport.NotApplied"/> says why.
    /// </para>
    /// <para>
    /// <see cref="MountOwnership.Host"/> shows an id that the id map does not contain as the overflow id (65534). What
    /// such an id owns can be read where its permissions say so, but not be changed (EOVERFLOW). That is no loss for an
    /// ordinary user, whose own id is in the map.
    /// </para>
    /// </summary>
    public MountOwnership? Ownership { get; init; }

    /// <summary>
    /// Equal when the layers are the same in the same order, and the upper layer and the ownership are equal.
    /// </summary>
    public bool Equals(OverlayRoot? other) =>
        other is not null && Upper == other.Upper && Ownership == other.Ownership
            && Layers.AsSpan().SequenceEqual(other.Layers.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Layers.Length, Layers.IsDefaultOrEmpty ? null : Layers[0], Upper);
}
