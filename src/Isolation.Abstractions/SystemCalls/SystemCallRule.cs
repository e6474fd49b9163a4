using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Represents a rule that applies an action to system calls, optionally depending on their arguments.
/// </summary>
/// <param name="Names">
/// The kernel names of the calls, such as <c>openat</c>; at least one. A call that exists only on another architecture
/// is ignored; a name that is unknown on every architecture is reported as an error by the provider.
/// </param>
/// <param name="Action">The action.</param>
public sealed record SystemCallRule(ImmutableArray<string> Names, SystemCallAction Action)
{
    /// <summary>
    /// Gets the conditions, all of which must be true. Default: none; the rule applies to every such call.
    /// </summary>
    public ImmutableArray<ArgumentComparison> Comparisons { get; init; } = [];

    /// <summary>Determines whether two rules have the same names, action and conditions in the same order.</summary>
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
