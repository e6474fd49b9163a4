using System.Collections.Immutable;

namespace Isolation;

/// <summary>Who a command runs as, in ids inside the sandbox. Names are never looked up: the sandbox's files are not trusted.</summary>
/// <param name="UserId">The user id.</param>
/// <param name="GroupId">The group id.</param>
public sealed record SandboxUser(uint UserId, uint GroupId)
{
    /// <summary>Supplementary groups. Default: none. Cannot be set where the id map denies setgroups(2) (one id of an ordinary user).</summary>
    public ImmutableArray<uint> SupplementaryGroups { get; init; } = [];

    /// <summary>Equal when all ids are.</summary>
    public bool Equals(SandboxUser? other) =>
        other is not null && UserId == other.UserId && GroupId == other.GroupId
        && SupplementaryGroups.AsSpan().SequenceEqual(other.SupplementaryGroups.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(UserId, GroupId, SupplementaryGroups.Length);
}
