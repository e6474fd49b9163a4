namespace Isolation.Linux.Cgroups.Layout;

/// <summary>
/// Specifies the cgroup version of a controller; hosts with both versions have some controllers in each.
/// </summary>
internal enum CgroupVersion
{
    /// <summary>Hierarchies with one or a few controllers each, see cgroups(7).</summary>
    V1,

    /// <summary>A single hierarchy for all controllers.</summary>
    V2,
}
