using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Who a command runs as, in ids inside the sandbox. Names are never looked up: the sandbox's files are not trusted.
/// </summary>
/// <param name="UserId">The user id.</param>
/// <param name="GroupId">The group id.</param>
public sealed record SandboxUser(uint UserId, uint GroupId)
{
    /// <summary>
    /// Whoever the host runs as, with the groups that it cannot drop; only in the host's user namespace. The ids are
    /// those that setresuid(2) takes for "leave as it is".
    /// </summary>
    public static SandboxUser SameAsHost { get; } = new(uint.MaxValue, uint.MaxValue);

    /// <summary>
    /// Supplementary groups. Default: none. Cannot be set where the id map denies setgroups(2) (one id of an ordinary
    /// user).
    /// </summary>
    public ImmutableArray<uint> SupplementaryGroups { get; init; } = [];

    /// <summary>Equal when all ids are.</summary>
    public bool Equals(SandboxUser? other) =>
        other is not null && UserId == other.UserId && GroupId == other.GroupId
        && SupplementaryGroups.AsSpan().SequenceEqual(other.SupplementaryGroups.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(UserId, GroupId, SupplementaryGroups.Length);
}
