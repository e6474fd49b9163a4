using System.Collections.Immutable;

namespace Isolation;

/// <summary>Ranges that the application chose.</summary>
/// <param name="Users">Ranges of user ids.</param>
/// <param name="Groups">Ranges of group ids.</param>
public sealed record RangedIdMap(ImmutableArray<IdRange> Users, ImmutableArray<IdRange> Groups) : IdMap
{
    /// <summary>Equal when all ranges are.</summary>
    public bool Equals(RangedIdMap? other) =>
        other is not null && Users.AsSpan().SequenceEqual(other.Users.AsSpan())
            && Groups.AsSpan().SequenceEqual(other.Groups.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Users.Length, Groups.Length);
}
