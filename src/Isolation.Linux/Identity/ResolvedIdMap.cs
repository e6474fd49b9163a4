using System.Collections.Immutable;

namespace Isolation.Linux.Identity;

/// <summary>Represents the id map of a sandbox as resolved on this host.</summary>
/// <param name="Users">The ranges of user ids.</param>
/// <param name="Groups">The ranges of group ids.</param>
/// <param name="DeniesSetgroups">Whether setgroups(2) must be denied before the group map is written.</param>
/// <param name="NeedsHelpers">Whether newuidmap and newgidmap must write the map.</param>
internal sealed record ResolvedIdMap(
    ImmutableArray<IdRange> Users, ImmutableArray<IdRange> Groups, bool DeniesSetgroups, bool NeedsHelpers)
{
    /// <summary>Gets the user id of init: 0 if it is mapped, otherwise the lowest mapped id.</summary>
    internal uint InitUser => Lowest(Users);

    /// <summary>Gets the group id of init: 0 if it is mapped, otherwise the lowest mapped id.</summary>
    internal uint InitGroup => Lowest(Groups);

    /// <summary>Gets the host ids of a user in the sandbox; null if the user is not mapped.</summary>
    internal HostOwner? OwnerOf(SandboxUser user) =>
        HostId(Users, user.UserId) is { } userId && HostId(Groups, user.GroupId) is { } groupId
            ? new HostOwner(userId, groupId)
            : null;

    private static uint? HostId(ImmutableArray<IdRange> ranges, uint inside)
    {
        foreach (IdRange range in ranges)
        {
            if (inside >= range.Inside && inside - range.Inside < range.Count)
            {
                return range.Host + (inside - range.Inside);
            }
        }

        return null;
    }

    private static uint Lowest(ImmutableArray<IdRange> ranges) => ranges.Min(range => range.Inside);
}
