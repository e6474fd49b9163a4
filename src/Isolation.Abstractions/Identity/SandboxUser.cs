using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Represents the user that runs a command, by its ids inside the sandbox. Names are never resolved because the
/// sandbox's files are not trusted.
/// </summary>
/// <param name="UserId">The user id.</param>
/// <param name="GroupId">The group id.</param>
public sealed record SandboxUser(uint UserId, uint GroupId)
{
    /// <summary>
    /// Gets the user of the application, with the groups that the application cannot drop. Requires the host's user
    /// namespace.
    /// </summary>
    /// <remarks>Both ids have the value that setresuid(2) interprets as unchanged.</remarks>
    public static SandboxUser SameAsHost { get; } = new(uint.MaxValue, uint.MaxValue);

    /// <summary>
    /// Gets the supplementary groups. Default: none. Cannot be set if the id map denies setgroups(2), as with the
    /// single id of an unprivileged user.
    /// </summary>
    public ImmutableArray<uint> SupplementaryGroups { get; init; } = [];

    /// <summary>Indicates whether all ids are equal.</summary>
    public bool Equals(SandboxUser? other) =>
        other is not null && UserId == other.UserId && GroupId == other.GroupId
        && SupplementaryGroups.AsSpan().SequenceEqual(other.SupplementaryGroups.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(UserId, GroupId, SupplementaryGroups.Length);
}
