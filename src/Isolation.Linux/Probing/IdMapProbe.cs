using System.Collections.Immutable;
using System.Globalization;
using Isolation.Linux.Host;

namespace Isolation.Linux.Probing;

/// <summary>Finds the host ids that a sandbox can map.</summary>
internal sealed class IdMapProbe(HostFiles files, ProcessCredentials facts, NamespaceProbe namespaces)
{
    internal FeatureSupport FindAny()
    {
        const IsolationFeature Feature = IsolationFeature.AnyIdMaps;
        if (NamespaceObstacle() is { } obstacle)
        {
            return obstacle.For(Feature);
        }

        if (!facts.MayMapAnyIds)
        {
            return new(
                Feature, false, $"User {facts.UserId} may map only its own id: CAP_SETUID and CAP_SETGID are missing.",
                "Run the application as root, or map the user's subordinate ids (IdMap.Subordinate).");
        }

        string count = Sum(
            files.ReadLines("/proc/self/uid_map").Select(
                line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        return new(Feature, true, $"All ids of this process can be mapped: {count}.", null);
    }

    internal FeatureSupport FindSubordinate()
    {
        Obstacle? obstacle = NamespaceObstacle() ?? FindRanges("/etc/subuid") ?? FindRanges("/etc/subgid");
        if (obstacle is null && !facts.MayMapAnyIds)
        {
            obstacle = FindHelper("newuidmap") ?? FindHelper("newgidmap") ?? FindLostRights();
        }

        return obstacle?.For(IsolationFeature.SubordinateIdMaps)
            ?? new(
                IsolationFeature.SubordinateIdMaps, true,
                $"{Count("/etc/subuid")} user ids of /etc/subuid and {Count("/etc/subgid")} group ids of "
                    + $"/etc/subgid.", null);
    }

    private static string Sum(IEnumerable<string[]> ranges) =>
        ranges.Where(range => range.Length == 3).Sum(range => long.Parse(range[2], CultureInfo.InvariantCulture))
            .ToString(CultureInfo.InvariantCulture);

    private Obstacle? NamespaceObstacle() =>
        namespaces.Find(NamespaceKind.Of(Namespaces.User)) is { } user
            ? user with { Reason = $"Mapping ids requires a user namespace. {user.Reason}" }
            : null;

    private ImmutableArray<IdRange> Ranges(string file) =>
        SubordinateIds.Parse(
            files.ReadLines(file), facts.UserId, SubordinateIds.UserName(facts.UserId, files.ReadLines("/etc/passwd")));

    private string Count(string file) => Ranges(file).Sum(range => range.Count).ToString(CultureInfo.InvariantCulture);

    private Obstacle? FindRanges(string file)
    {
        if (!Ranges(file).IsEmpty)
        {
            return null;
        }

        string? name = SubordinateIds.UserName(facts.UserId, files.ReadLines("/etc/passwd"));
        string owner = name ?? facts.UserId.ToString(CultureInfo.InvariantCulture);
        string command = name is null
            ? ""
            : $", or run: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 {name}";
        return new(
            $"{file} has no range for user {owner}.",
            $"Add a line such as \"{owner}:100000:65536\" to {file}{command}");
    }

    private Obstacle? FindHelper(string helper)
    {
        if (files.FindProgram(helper) is not { } path)
        {
            return new(
                $"The program {helper} is not installed.",
                "Install the package that contains newuidmap and newgidmap: uidmap on Debian and Ubuntu, shadow-utils "
                + "on Fedora.");
        }

        return files.IsSetUserId(path) || files.HasIdCapability(path)
            ? null
            : new($"{path} is neither set-user-id root nor does it have the file capability to map ids.",
                $"chmod u+s {path}");
    }

    /// <summary>Finds the reason why correctly installed helpers do not get their rights.</summary>
    private Obstacle? FindLostRights()
    {
        if (files.ReadStatus("NoNewPrivs") == "1")
        {
            return new(
                "This process cannot gain privileges (no_new_privs), so newuidmap and newgidmap get no rights.",
                "Start the application without no_new_privs: NoNewPrivileges=no in systemd, "
                    + "allowPrivilegeEscalation: true in Kubernetes.");
        }

        string helper = files.FindProgram("newuidmap")!;
        MountLine? mount = files.ReadMounts().Where(
            line => line.Point == "/" || helper.StartsWith(line.Point + "/", StringComparison.Ordinal))
            .MaxBy(line => line.Point.Length);
        return mount is not null && mount.Options.Contains("nosuid")
            ? new($"{helper} is on a mount with nosuid ({mount.Point}), so it gets no rights.",
                $"mount -o remount,suid {mount.Point}")
            : null;
    }
}
