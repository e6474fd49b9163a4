using System.Collections.Immutable;

namespace Isolation.Linux.Identity;

/// <summary>The id map that a sandbox gets, after the specification met the host.</summary>
/// <param name="Users">Ranges of user ids.</param>
/// <param name="Groups">Ranges of group ids.</param>
/// <param name="DeniesSetgroups">Whether setgroups(2) has to be denied before the group map may be written.</param>
/// <param name="NeedsHelpers">Whether newuidmap and newgidmap have to write it.</param>
internal sealed record ResolvedIdMap(
    ImmutableArray<IdRange> Users, ImmutableArray<IdRange> Groups, bool DeniesSetgroups, bool NeedsHelpers)
{
    /// <summary>The user that init runs as: 0 where it is mapped.</summary>
    internal uint InitUser => Lowest(Users);

    /// <summary>The group that init runs as: 0 where it is mapped.</summary>
    internal uint InitGroup => Lowest(Groups);

    /// <summary>A user inside as the host sees it; null where it is not mapped.</summary>
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
