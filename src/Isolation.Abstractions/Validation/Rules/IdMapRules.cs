using System.Collections.Immutable;

namespace Isolation;

/// <summary>Validates <see cref="IdMap"/>; see user_namespaces(7).</summary>
internal static class IdMapRules
{
    // UID_GID_MAP_MAX_EXTENTS of linux/user_namespace.h.
    private const int MaximumRanges = 340;

    public static void Check(SandboxSpecification specification, ref ErrorList errors)
    {
        IdMap map = specification.IdMap;
        if (map is null)
        {
            errors.Add("IdMap", "Is null.");
            return;
        }

        if (map is not AutomaticIdMap && specification.Namespaces?.User is not NewNamespace)
        {
            errors.Add("IdMap", "Requires a new user namespace; use IdMap.Automatic otherwise.");
        }

        if (map is RangedIdMap ranged)
        {
            Check("IdMap.Users", ranged.Users, ref errors);
            Check("IdMap.Groups", ranged.Groups, ref errors);
        }
    }

    private static void Check(string member, ImmutableArray<IdRange> ranges, ref ErrorList errors)
    {
        ReadOnlySpan<IdRange> all = ranges.AsSpan();
        if (all.Length is 0 or > MaximumRanges)
        {
            errors.Add(member, $"Must have 1 to {MaximumRanges} ranges, but has {all.Length}.");
        }

        for (int index = 0; index < all.Length; index++)
        {
            IdRange range = all[index];
            if (range.Count == 0)
            {
                errors.Add($"{member}[{index}]", "Must have a count of at least 1.");
                continue;
            }

            // The highest id, 4294967295, means "no id" (-1) to the kernel and cannot be mapped.
            if ((ulong)range.Inside + range.Count > uint.MaxValue || (ulong)range.Host + range.Count > uint.MaxValue)
            {
                errors.Add($"{member}[{index}]", $"Must not go beyond {uint.MaxValue - 1}, inside or on the host.");
                continue;
            }

            CheckOverlap(member, all[..Math.Min(index, MaximumRanges)], index, range, ref errors);
        }
    }

    private static void CheckOverlap(
        string member, ReadOnlySpan<IdRange> earlier, int index, IdRange range, ref ErrorList errors)
    {
        for (int other = 0; other < earlier.Length; other++)
        {
            IdRange second = earlier[other];
            if (Overlap(range.Inside, range.Count, second.Inside, second.Count))
            {
                errors.Add($"{member}[{index}]", $"Overlaps the inside ids of {member}[{other}].");
            }
            else if (Overlap(range.Host, range.Count, second.Host, second.Count))
            {
                errors.Add($"{member}[{index}]", $"Overlaps the host ids of {member}[{other}].");
            }
        }
    }

    private static bool Overlap(ulong first, uint firstCount, ulong second, uint secondCount) =>
        first < second + secondCount && second < first + firstCount;
}
