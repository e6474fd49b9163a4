using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Devices;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Settings;

namespace Isolation.Linux.Cgroups.Plans;

/// <summary>Describes a hierarchy in which a sandbox has cgroups, and the limits written into them.</summary>
/// <param name="Version">The cgroup version.</param>
/// <param name="Parent">The directory of the parent of the sandbox's cgroup.</param>
/// <param name="Controllers">The controllers used in the hierarchy, by their v2 names, and <c>cpuacct</c>.</param>
/// <param name="Settings">The limits.</param>
internal sealed record CgroupHierarchy(
    CgroupVersion Version, string Parent, ImmutableArray<string> Controllers, ImmutableArray<CgroupSetting> Settings)
{
    // Joining a cgroup can take milliseconds, so commands get their own cgroups only for these controllers.
    private static readonly string[] Counting = ["cpuacct", "memory", "pids", "io"];

    /// <summary>Gets the device limit; null if there is none or if another hierarchy has it.</summary>
    internal AllowedDevices? Devices { get; init; }

    /// <summary>Gets the limits of this hierarchy, by their names in the specification.</summary>
    internal IEnumerable<string> Limits =>
        [.. Settings.Select(setting => setting.Limit).Distinct(),
            .. Devices is null ? [] : new[] { nameof(SandboxLimits.Devices) }];

    /// <summary>
    /// Gets a value indicating whether each command has its own cgroup rather than joining the sandbox's.
    /// </summary>
    internal bool HasRunGroups { get; } = Controllers.Any(Counting.Contains);
}
