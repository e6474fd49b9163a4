using System.Collections.Immutable;

namespace Isolation;

/// <summary>Represents an id map of ranges that the application chooses.</summary>
/// <param name="Users">The ranges of user ids.</param>
/// <param name="Groups">The ranges of group ids.</param>
public sealed record RangedIdMap(ImmutableArray<IdRange> Users, ImmutableArray<IdRange> Groups) : IdMap
{
    /// <summary>Indicates whether all ranges are equal, in the same order.</summary>
    public bool Equals(RangedIdMap? other) =>
        other is not null && Users.AsSpan().SequenceEqual(other.Users.AsSpan())
            && Groups.AsSpan().SequenceEqual(other.Groups.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Users.Length, Groups.Length);
}
