using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.State.Json;

namespace Isolation.Linux.State;

/// <summary>
/// Represents the cgroups of a detached sandbox. They are recorded before they are created, so that none is left behind
/// if the application is killed.
/// </summary>
/// <param name="Name">The name of the cgroup in each hierarchy.</param>
/// <param name="Hierarchies">The hierarchies.</param>
internal sealed record CgroupsState(string Name, ImmutableArray<CgroupState> Hierarchies)
{
    private const string Document = "cgroups";

    /// <param name="name">The name of the cgroup in each hierarchy.</param>
    /// <param name="hierarchies">The present and the wanted hierarchies, which may be the same.</param>
    internal static CgroupsState Of(string name, IEnumerable<CgroupHierarchy> hierarchies) => new(
        name, [.. hierarchies.GroupBy(one => (one.Version, one.Parent)).Select(same => new CgroupState(
            same.Key.Version, same.Key.Parent, [.. same.SelectMany(one => one.Controllers).Distinct()]))]);

    internal static CgroupsState Read(ReadOnlySpan<byte> json) => StateJson.Read<CgroupsState>(json, Document);

    internal byte[] Write() => StateJson.Write(this, Document);
}

/// <summary>Represents a hierarchy in which a sandbox has a cgroup.</summary>
/// <param name="Version">The cgroup version.</param>
/// <param name="Parent">The directory of the parent.</param>
/// <param name="Controllers">The controllers used.</param>
internal sealed record CgroupState(CgroupVersion Version, string Parent, ImmutableArray<string> Controllers);
