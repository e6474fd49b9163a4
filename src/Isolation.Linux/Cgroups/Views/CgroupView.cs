using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Views;

/// <summary>Finds out what the view of a sandbox's own cgroups consists of; see <see cref="CgroupMount"/>.</summary>
internal static class CgroupView
{
    /// <summary>The file that stands in for a v1 hierarchy: every cgroup has it, and it tells nothing.</summary>
    private const string StandIn = "notify_on_release";

    /// <summary>The controllers without which the JVM takes the machine for its limit.</summary>
    private static readonly string[] Expected = ["memory", "cpu", "cpuacct", "cpuset"];

    /// <summary>Gets the mounts of the view; a single one without a name is the whole view.</summary>
    /// <param name="plan">
    /// The cgroups; null if they are known only when the sandbox is created, which happens on v2 only.
    /// </param>
    /// <param name="files">The files of the host.</param>
    internal static ImmutableArray<CgroupViewPart> Of(CgroupPlan? plan, HostFiles files)
    {
        if (plan is { Hierarchies.IsEmpty: true })
        {
            return [];
        }

        if (plan is null || plan.Hierarchies.All(static hierarchy => hierarchy.Version == CgroupVersion.V2))
        {
            return [new CgroupViewPart("", new CgroupTree(null))];
        }

        Dictionary<string, CgroupViewPart> parts = new(StringComparer.Ordinal);
        foreach (MountLine mount in files.ReadMounts().Where(static mount => mount.Type == "cgroup"))
        {
            string name = Path.GetFileName(mount.Point);
            CgroupHierarchy? used = plan.Hierarchies.FirstOrDefault(
                hierarchy => hierarchy.Version == CgroupVersion.V1 && IsIn(hierarchy.Parent, mount.Point));
            if (used is not null)
            {
                parts[name] = new CgroupViewPart(name, new CgroupTree(used.Parent));
            }
            else if (mount.SuperOptions.Intersect(Expected).Any() && files.IsFile($"{mount.Point}/{StandIn}"))
            {
                parts.TryAdd(name, new CgroupViewPart(name, null) { StandIn = $"{mount.Point}/{StandIn}" });
            }
        }

        return [.. parts.Values];
    }

    private static bool IsIn(string directory, string point) =>
        directory == point || directory.StartsWith(point + "/", StringComparison.Ordinal);
}
