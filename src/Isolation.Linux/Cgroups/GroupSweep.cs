using System.Collections.Concurrent;
using Isolation.Linux.Probing;

namespace Isolation.Linux.Cgroups;

/// <summary>
/// Removes what dead hosts left below a group. Several hosts may do it at once: each only kills and removes what nobody
/// owns any more, and what another one has removed already is fine.
/// </summary>
internal static class GroupSweep
{
    private const int MaximumRounds = 500;
    private static readonly ConcurrentDictionary<string, Lazy<bool>> Swept = new(StringComparer.Ordinal);

    /// <summary>Sweeps below a group, once per host process.</summary>
    internal static void Once(string parent) => _ = Swept.GetOrAdd(parent, static folder => new Lazy<bool>(() =>
    {
        Sweep(folder);
        return true;
    })).Value;

    /// <summary>
    /// Sweeps wherever a host may have made groups, once per host process: a dead one may have limited, or frozen, what this one
    /// does not.
    /// </summary>
    /// <param name="parentGroup">The parent that the application names; null: none.</param>
    internal static void OnceEverywhere(string? parentGroup) => _ = Swept.GetOrAdd($"below {parentGroup}", _ => new Lazy<bool>(() =>
    {
        CgroupLayout layout = CgroupLayout.Read(HostFiles.Current, parentGroup);
        foreach (string controller in LimitControllers.All)
        {
            if (layout.TryFind(controller, out ControllerPlace? place, out Obstacle? _))
            {
                Once(place.Folder);
            }
        }

        return true;
    })).Value;

    /// <summary>Sweeps below a group.</summary>
    internal static void Sweep(string parent)
    {
        string[] left = [.. GroupFiles.Children(parent).Where(folder => GroupOwner.Parse(Path.GetFileName(folder)) is { } owner && owner.IsDead(GroupOwner.Current))];
        foreach (string folder in left)
        {
            Remove(folder);
        }
    }

    private static void Remove(string folder)
    {
        if (GroupFiles.TryRemove(folder))
        {
            return;
        }

        Thaw(folder);
        GroupKiller.Kill([folder]);

        // A process counts as a member until the kernel has let go of it. What does not go is left to the next host.
        for (int round = 0; round < MaximumRounds && !GroupFiles.TryRemove(folder); round++)
        {
            Thread.Sleep(1);
        }
    }

    /// <summary>
    /// A host that died while a sandbox was frozen left processes that do not end. On v1 the group that is frozen is in a
    /// hierarchy of its own, below which this host may make no groups.
    /// </summary>
    private static void Thaw(string folder)
    {
        string[] members = [.. GroupFiles.WithThoseBelow(folder).SelectMany(GroupFiles.Members)];
        if (members.Length == 0 || HostFiles.Current.ReadMounts().FirstOrDefault(mount => mount.Type == "cgroup" && mount.SuperOptions.Contains(LimitControllers.Freezer)) is not { } mount)
        {
            return;
        }

        foreach (string member in members)
        {
            string? line = GroupFiles.Read($"/proc/{member}/cgroup")?.Split('\n').FirstOrDefault(line => line.Contains(":freezer:", StringComparison.Ordinal));
            if (line?.Split(':', 3) is [_, _, var group] && Path.GetFileName(group) == Path.GetFileName(folder))
            {
                GroupFiles.Write($"{mount.Point}{group}/freezer.state", "THAWED");
            }
        }
    }
}
