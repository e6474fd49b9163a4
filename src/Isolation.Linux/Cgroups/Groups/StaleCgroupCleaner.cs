using System.Collections.Concurrent;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>
/// Removes cgroups left by dead application processes. Several processes may clean up at once: each kills and removes
/// only cgroups without a living owner, and ignores those already removed.
/// </summary>
internal static class StaleCgroupCleaner
{
    private const int MaximumRounds = 500;
    private static readonly ConcurrentDictionary<string, Lazy<bool>> Swept = new(StringComparer.Ordinal);

    /// <summary>Cleans up below a cgroup, once per application process.</summary>
    internal static void Once(string parent) => _ = Swept.GetOrAdd(parent, static directory => new Lazy<bool>(() =>
    {
        Sweep(directory);
        return true;
    })).Value;

    /// <summary>
    /// Cleans up below every cgroup in which an application process may have created others, once per application
    /// process: a dead process may have limited or frozen something this process does not.
    /// </summary>
    /// <param name="parentGroup">The parent specified by the application; null for none.</param>
    internal static void OnceEverywhere(string? parentGroup) =>
        _ = Swept.GetOrAdd($"below {parentGroup}", _ => new Lazy<bool>(() =>
    {
        foreach (string parent in Parents(parentGroup))
        {
            Once(parent);
        }

        return true;
    })).Value;

    /// <summary>Removes the cgroups of detached sandboxes whose state directories are gone.</summary>
    /// <param name="mark">The text that identifies the directory with the states.</param>
    /// <param name="isRecorded">Returns whether a sandbox has a state directory.</param>
    internal static void SweepDetached(string mark, Func<string, bool> isRecorded)
    {
        string prefix = CgroupOwner.NameOf(mark, "");
        foreach (string directory in Parents(null).SelectMany(CgroupFiles.Children))
        {
            string name = Path.GetFileName(directory);
            if (name.StartsWith(prefix, StringComparison.Ordinal) && !isRecorded(name[prefix.Length..]))
            {
                Remove(directory);
            }
        }
    }

    /// <summary>Cleans up below a cgroup.</summary>
    internal static void Sweep(string parent)
    {
        (string Directory, CgroupOwner Owner)[] found =
        [
            .. CgroupFiles.Children(parent)
                .Select(static directory => (directory, CgroupOwner.Parse(Path.GetFileName(directory))!))
                .Where(static one => one.Item2 is not null),
        ];

        // The namespaces are read after the cgroups, and only if a cgroup is of another namespace.
        CgroupOwner self = CgroupOwner.Current;
        IReadOnlySet<ulong>? alive = found.Any(one => one.Owner.Namespace != self.Namespace)
            ? LivePidNamespaces.Read()
            : null;
        foreach ((string directory, CgroupOwner owner) in found)
        {
            if (owner.IsDead(self, alive))
            {
                Remove(directory);
            }
        }
    }

    /// <summary>Removes a cgroup whose owner is gone, with everything in it.</summary>
    internal static void Remove(string directory)
    {
        if (CgroupFiles.TryRemove(directory))
        {
            return;
        }

        Thaw(directory);
        CgroupKiller.Kill([directory]);

        // A process counts as a member until the kernel has released it. Remaining cgroups are left to the next
        // process.
        for (int round = 0; round < MaximumRounds && !CgroupFiles.TryRemove(directory); round++)
        {
            Thread.Sleep(1);
        }
    }

    /// <summary>Finds every cgroup in which an application process may have created others.</summary>
    private static IEnumerable<string> Parents(string? parentGroup)
    {
        CgroupLayout layout = CgroupLayout.Read(HostFiles.Current, parentGroup);
        foreach (string controller in LimitControllers.All)
        {
            if (layout.TryFind(controller, out ControllerMount? place, out Obstacle? _))
            {
                yield return place.Directory;
            }
        }
    }

    /// <summary>
    /// Thaws the processes of a sandbox whose owner died while it was frozen; otherwise they cannot end. On v1 the
    /// frozen cgroup is in a separate hierarchy, in which this process may create no cgroups.
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
