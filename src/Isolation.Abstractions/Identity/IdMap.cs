using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// How user and group ids inside a new user namespace map to ids of the host, see user_namespaces(7).
/// </summary>
public abstract record IdMap
{
    private protected IdMap()
    {
    }

    /// <summary>
    /// The provider's choice. For a root host: 65,536 ids from 0 on, mapped to ids that no user of the host has (from
    /// 1,879,048,192 on), so the payload is nobody on the host. For an ordinary user: the one id of
    /// <see cref="SandboxSpecification.User"/>, mapped to the user's own.
    /// </summary>
    public static IdMap Automatic { get; } = new AutomaticIdMap();

    /// <summary>
    /// For an ordinary user: 0 inside is the user, the ids from 1 on are the user's subordinate ids of
    /// <c>/etc/subuid</c> and <c>/etc/subgid</c>, set through <c>newuidmap</c> and <c>newgidmap</c> (package uidmap).
    /// </summary>
    public static IdMap Subordinate { get; } = new SubordinateIdMap();

    /// <summary>One user id and one group id.</summary>
    public static IdMap One(uint insideUser, uint hostUser, uint insideGroup, uint hostGroup) =>
        new RangedIdMap([new IdRange(insideUser, hostUser, 1)], [new IdRange(insideGroup, hostGroup, 1)]);

    /// <summary>
    /// Ranges of ids; at most 340 of each, none overlapping another. Written out in lines of three decimal numbers they
    /// must be shorter than a page of memory (4,096 bytes): the kernel takes no more.
    /// </summary>
    public static IdMap Ranges(ImmutableArray<IdRange> users, ImmutableArray<IdRange> groups) =>
        new RangedIdMap(users, groups);
}
