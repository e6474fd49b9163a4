using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// One or more folders of the host laid over each other, none of which is changed, and an upper layer that takes what
/// the payload writes. Needs overlayfs; for an ordinary user Linux 5.11.
/// </summary>
/// <param name="Layers">The absolute paths of the layers, the uppermost first. At least one.</param>
public sealed record OverlayRoot(ImmutableArray<string> Layers) : RootFileSystem
{
    /// <summary>Where writes go. Default: a <see cref="ThrowAwayUpper"/> of 64 MiB.</summary>
    public OverlayUpper Upper { get; init; } = new ThrowAwayUpper();

    /// <summary>Equal when the layers are the same in the same order, and the upper layer is equal.</summary>
    public bool Equals(OverlayRoot? other) => other is not null && Upper == other.Upper && Layers.AsSpan().SequenceEqual(other.Layers.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Layers.Length, Layers.IsDefaultOrEmpty ? null : Layers[0], Upper);
}
