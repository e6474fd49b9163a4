using System.Collections.Immutable;

namespace Isolation;

/// <summary>What happens to some system calls, always or where their arguments meet conditions.</summary>
/// <param name="Names">
/// The calls, by the kernel's names, such as <c>openat</c>; at least one. A call that only another architecture has is
/// passed over; a name that no architecture knows is an error of the provider.
/// </param>
/// <param name="Action">What happens.</param>
public sealed record SystemCallRule(ImmutableArray<string> Names, SystemCallAction Action)
{
    /// <summary>The conditions; all must hold. Default: none, the rule is for every such call.</summary>
    public ImmutableArray<ArgumentComparison> Comparisons { get; init; } = [];

    /// <summary>Two rules are the same if they say the same in the same order.</summary>
    public bool Equals(SystemCallRule? other) =>
        other is not null && Action == other.Action && Names.AsSpan().SequenceEqual(other.Names.AsSpan())
        && Comparisons.AsSpan().SequenceEqual(other.Comparisons.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Action);
        foreach (string name in Names.AsSpan())
        {
            hash.Add(name);
        }

        foreach (ArgumentComparison comparison in Comparisons.AsSpan())
        {
            hash.Add(comparison);
        }

        return hash.ToHashCode();
    }
}
