using System.Collections.Immutable;
using System.Globalization;
using Isolation.Linux.Errors;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Identity;

/// <summary>Selects the host ids to which the ids of a sandbox are mapped.</summary>
internal static class IdMapResolver
{
    /// <summary>
    /// The first host id used by sandboxes of root, beyond the ranges assigned by distributions and systemd.
    /// </summary>
    internal const uint AutomaticBase = 1_879_048_192;

    internal const uint AutomaticCount = 65_536;

    internal static ResolvedIdMap Resolve(
        SandboxSpecification specification, ProcessCredentials facts, HostFiles files) => specification.IdMap switch
        {
            RangedIdMap ranges =>
                new ResolvedIdMap(
                    ranges.Users, ranges.Groups, !facts.MayMapAnyIds, !facts.MayMapAnyIds && !IsOwnId(ranges, facts)),
            SubordinateIdMap => Subordinate(facts, files),
            _ when facts.MayMapAnyIds => AutomaticForRoot(specification.User, files),
            _ => new ResolvedIdMap(
                [new IdRange(specification.User.UserId, facts.UserId, 1)],
                [new IdRange(specification.User.GroupId, facts.GroupId, 1)], true, false),
        };

    private static bool IsOwnId(RangedIdMap map, ProcessCredentials facts) =>
        map.Users is [{ Count: 1 } user] && user.Host == facts.UserId && map.Groups is [{ Count: 1 } group]
            && group.Host == facts.GroupId;

    private static ResolvedIdMap AutomaticForRoot(SandboxUser user, HostFiles files) =>
        new(
            AutomaticForRoot(files.ReadLines("/proc/self/uid_map"), user.UserId),
            AutomaticForRoot(files.ReadLines("/proc/self/gid_map"), user.GroupId), false, false);

    private static ImmutableArray<IdRange> AutomaticForRoot(string[] ownMap, uint payload)
    {
        uint last = 0;
        foreach (string line in ownMap)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            uint first = uint.Parse(words[0], CultureInfo.InvariantCulture);
            ulong end = first + ulong.Parse(words[2], CultureInfo.InvariantCulture);
            if (first <= AutomaticBase && end >= AutomaticBase + AutomaticCount)
            {
                return [new IdRange(0, AutomaticBase, AutomaticCount)];
            }

            last = Math.Max(last, (uint)(end - 1));
        }

        // Root in a container with few ids: use the highest ids, one for init and one for the payload.
        return payload == 0 ? [new IdRange(0, last, 1)] : [new IdRange(0, last - 1, 1), new IdRange(payload, last, 1)];
    }

    private static ResolvedIdMap Subordinate(ProcessCredentials facts, HostFiles files)
    {
        ImmutableArray<IdRange> users = ReadSubordinate(files, "/etc/subuid", facts.UserId);
        ImmutableArray<IdRange> groups = ReadSubordinate(files, "/etc/subgid", facts.UserId);
        return facts.MayMapAnyIds
            ? new ResolvedIdMap(Consecutive(users, 0), Consecutive(groups, 0), false, false)
            : new ResolvedIdMap(
                [new IdRange(0, facts.UserId, 1), .. Consecutive(users, 1)],
                [new IdRange(0, facts.GroupId, 1), .. Consecutive(groups, 1)],
                false,
                true);
    }

    private static ImmutableArray<IdRange> ReadSubordinate(HostFiles files, string file, uint user)
    {
        string? name = SubordinateIds.UserName(user, files.ReadLines("/etc/passwd"));
        ImmutableArray<IdRange> ranges = SubordinateIds.Parse(files.ReadLines(file), user, name);
        return !ranges.IsEmpty
            ? ranges
            : throw SandboxErrors.Refuse(
                new ProgramStep($"map the subordinate ids of user {user}", file, StepKind.IdMap), Errno.ENOENT,
                $"{file} has no range for the user",
                $"Add a line such as \"{name ?? user.ToString(CultureInfo.InvariantCulture)}:100000:65536\" "
                    + $"to {file}, or run: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 "
                    + $"{name ?? "USER"}");
    }

    private static IEnumerable<IdRange> Numbered(ImmutableArray<IdRange> ranges, uint first)
    {
        foreach (IdRange range in ranges)
        {
            yield return range with { Inside = first };
            first += range.Count;
        }
    }

    private static ImmutableArray<IdRange> Consecutive(ImmutableArray<IdRange> ranges, uint first) =>
        [.. Numbered(ranges, first)];
}
