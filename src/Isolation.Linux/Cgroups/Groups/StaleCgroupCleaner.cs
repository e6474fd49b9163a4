using System.Collections.Concurrent;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>
/// Removes what dead hosts left below a group. Several hosts may do it at once: each only kills and removes what nobody
/// owns any more, and what another one has removed already is fine.
/// </summary>
internal static class StaleCgroupCleaner
{
    private const int MaximumRounds = 500;
    private static readonly ConcurrentDictionary<string, Lazy<bool>> Swept = new(StringComparer.Ordinal);

    /// <summary>Sweeps below a group, once per host process.</summary>
    internal static void Once(string parent) => _ = Swept.GetOrAdd(parent, static directory => new Lazy<bool>(() =>
    {
        Sweep(directory);
        return true;
    })).Value;

    /// <summary>
    /// Sweeps wherever a host may have made groups, once per host process: a dead one may have limited, or frozen, what
    /// this one does not.
    /// </summary>
    /// <param name="parentGroup">The parent that the application names; null: none.</param>
    internal static void OnceEverywhere(string? parentGroup) =>
        _ = Swept.GetOrAdd($"below {parentGroup}", _ => new Lazy<bool>(() =>
    {
        CgroupLayout layout = CgroupLayout.Read(HostFiles.Current, parentGroup);
        foreach (string controller in LimitControllers.All)
        {
            if (layout.TryFind(controller, out ControllerMount? place, out Obstacle? _))
            {
                Once(place.Directory);
            }
        }

        return true;
    })).Value;

    /// <summary>Sweeps below a group.</summary>
    internal static void Sweep(string parent)
    {
        string[] left = [.. CgroupFiles.Children(parent).Where(
            directory => CgroupOwner.Parse(Path.GetFileName(directory)) is { } owner
            && owner.IsDead(CgroupOwner.Current))];
        foreach (string directory in left)
        {
            Remove(directory);
        }
    }

    private static void Remove(string directory)
    {
        if (CgroupFiles.TryRemove(directory))
        {
            return;
        }

        Thaw(directory);
        CgroupKiller.Kill([directory]);

        // A process counts as a member until the kernel has let go of it. What does not go is left to the next host.
        for (int round = 0; round < MaximumRounds && !CgroupFiles.TryRemove(directory); round++)
        {
            Thread.Sleep(1);
        }
    }

    /// <summary>
    /// A host that died while a sandbox was frozen left processes that do not end. On v1 the group that is frozen is in
    /// a hierarchy of its own, below which this host may make no groups.
    /// </summary>
    private static void Thaw(string directory)
    {
        string[] members = [.. CgroupFiles.WithThoseBelow(directory).SelectMany(CgroupFiles.Members)];
        if (members.Length == 0
            || HostFiles.Current.ReadMounts().FirstOrDefault(mount => mount.Type == "cgroup"
                && mount.SuperOptions.Contains(LimitControllers.Freezer)) is not { } mount)
        {
            return;
        }

        foreach (string member in members)
        {
            string? line = CgroupFiles.Read($"/proc/{member}/cgroup")?.Split('\n')
                .FirstOrDefault(line => line.Contains(":freezer:", StringComparison.Ordinal));
            if (line?.Split(':', 3) is [_, _, var group] && Path.GetFileName(group) == Path.GetFileName(directory))
            {
                CgroupFiles.Write($"{mount.Point}{group}/freezer.state", "THAWED");
            }
        }
    }
}
