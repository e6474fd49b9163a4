namespace Isolation.Linux.Cgroups.Views;

/// <summary>Represents a mount of the view of a sandbox's own cgroups.</summary>
/// <param name="Name">The name in the view; empty for the view itself.</param>
/// <param name="Tree">The cgroup; null if the sandbox has none in the hierarchy.</param>
internal sealed record CgroupViewPart(string Name, CgroupTree? Tree)
{
    /// <summary>Gets the file of the host that is mounted in place of a cgroup.</summary>
    internal string? StandIn { get; init; }
}
