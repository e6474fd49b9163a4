using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Devices;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Settings;

namespace Isolation.Linux.Cgroups.Plans;

/// <summary>One hierarchy in which a sandbox has groups, and what is written into them.</summary>
/// <param name="Version">The interface.</param>
/// <param name="Parent">The directory of the group below which the sandbox's is made.</param>
/// <param name="Controllers">The controllers that are used there, by their names on v2, and <c>cpuacct</c>.</param>
/// <param name="Settings">The limits.</param>
internal sealed record CgroupHierarchy(
    CgroupVersion Version, string Parent, ImmutableArray<string> Controllers, ImmutableArray<CgroupSetting> Settings)
{
    // Joining a group can take milliseconds, so none is made that nobody would read.
    private static readonly string[] Counting = ["cpuacct", "memory", "pids", "io"];

    /// <summary>The device limit; null where there is none or where it is held in another hierarchy.</summary>
    internal AllowedDevices? Devices { get; init; }

    /// <summary>The limits that are held here, by their names in the specification.</summary>
    internal IEnumerable<string> Limits =>
        [.. Settings.Select(setting => setting.Limit).Distinct(),
            .. Devices is null ? [] : new[] { nameof(SandboxLimits.Devices) }];

    /// <summary>Whether each command has a group of its own there, or joins the sandbox's.</summary>
    internal bool HasRunGroups { get; } = Controllers.Any(Counting.Contains);
}
