using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Specifies how user and group ids inside a new user namespace map to ids of the host; see user_namespaces(7).
/// </summary>
public abstract record IdMap
{
    private protected IdMap()
    {
    }

    /// <summary>Gets an id map that the provider chooses.</summary>
    /// <remarks>
    /// If the application runs as root, 65,536 ids from 0 on are mapped to ids that no user of the host has (from
    /// 1,879,048,192 on), so the payload has no rights of any user on the host. If the application runs as an
    /// unprivileged user, only the id of <see cref="SandboxSpecification.User"/> is mapped, to the user's own id.
    /// </remarks>
    public static IdMap Automatic { get; } = new AutomaticIdMap();

    /// <summary>
    /// Gets the id map of an unprivileged user with subordinate ids: 0 inside is the user, and the ids from 1 on are
    /// the user's subordinate ids in <c>/etc/subuid</c> and <c>/etc/subgid</c>. Requires <c>newuidmap</c> and
    /// <c>newgidmap</c> (package uidmap).
    /// </summary>
    public static IdMap Subordinate { get; } = new SubordinateIdMap();

    /// <summary>Creates an id map of one user id and one group id.</summary>
    /// <param name="insideUser">The user id inside the sandbox.</param>
    /// <param name="hostUser">The user id on the host.</param>
    /// <param name="insideGroup">The group id inside the sandbox.</param>
    /// <param name="hostGroup">The group id on the host.</param>
    /// <returns>The id map.</returns>
    public static IdMap One(uint insideUser, uint hostUser, uint insideGroup, uint hostGroup) =>
        new RangedIdMap([new IdRange(insideUser, hostUser, 1)], [new IdRange(insideGroup, hostGroup, 1)]);

    /// <summary>Creates an id map from ranges of ids.</summary>
    /// <remarks>
    /// The kernel accepts at most 340 ranges of each kind, none of which may overlap another. Written as lines of three
    /// decimal numbers, the ranges of a kind must be shorter than a memory page (4,096 bytes).
    /// </remarks>
    /// <param name="users">The ranges of user ids.</param>
    /// <param name="groups">The ranges of group ids.</param>
    /// <returns>The id map.</returns>
    public static IdMap Ranges(ImmutableArray<IdRange> users, ImmutableArray<IdRange> groups) =>
        new RangedIdMap(users, groups);
}
