using System.Collections.Immutable;

namespace Isolation;

/// <summary>Validates <see cref="SandboxUser"/>.</summary>
internal static class UserRules
{
    // NGROUPS_MAX of linux/limits.h.
    private const int MaximumGroups = 65536;

    public static void Check(SandboxUser user, SandboxSpecification specification, ref ErrorList errors)
    {
        if (user == SandboxUser.SameAsHost)
        {
            if (specification.Namespaces?.User is not HostNamespace)
            {
                errors.Add(
                    "User",
                    "SameAsHost requires the host's user namespace; otherwise specify mapped ids.");
            }

            return;
        }

        RangedIdMap? ranged = specification.IdMap as RangedIdMap;
        if (FindFault(user.UserId, ranged?.Users, "user") is { } userFault)
        {
            errors.Add("User.UserId", userFault);
        }

        if (FindFault(user.GroupId, ranged?.Groups, "group") is { } groupFault)
        {
            errors.Add("User.GroupId", groupFault);
        }

        ReadOnlySpan<uint> groups = user.SupplementaryGroups.AsSpan();
        if (groups.Length > MaximumGroups)
        {
            errors.Add(
                "User.SupplementaryGroups", $"Must have at most {MaximumGroups} groups, but has {groups.Length}.");
            return;
        }

        for (int index = 0; index < groups.Length; index++)
        {
            if (FindFault(groups[index], ranged?.Groups, "group") is { } fault)
            {
                errors.Add($"User.SupplementaryGroups[{index}]", fault);
            }
        }
    }

    private static string? FindFault(uint id, ImmutableArray<IdRange>? mapped, string kind)
    {
        if (id == uint.MaxValue)
        {
            return $"{id} means \"no id\" to the kernel and cannot be used.";
        }

        return mapped is null || Contains(mapped.Value.AsSpan(), id)
            ? null
            : $"The {kind} {id} is not in the id map; use a mapped id.";
    }

    private static bool Contains(ReadOnlySpan<IdRange> ranges, uint id)
    {
        foreach (IdRange range in ranges)
        {
            if (id >= range.Inside && id - range.Inside < range.Count)
            {
                return true;
            }
        }

        return false;
    }
}
