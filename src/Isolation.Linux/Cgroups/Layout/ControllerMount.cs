namespace Isolation.Linux.Cgroups.Layout;

/// <summary>Represents a place where cgroups with a controller can be created.</summary>
/// <param name="Version">The cgroup version of the controller.</param>
/// <param name="Directory">The directory of the parent cgroup.</param>
internal sealed record ControllerMount(CgroupVersion Version, string Directory);
