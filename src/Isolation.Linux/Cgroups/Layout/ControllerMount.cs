namespace Isolation.Linux.Cgroups.Layout;

/// <summary>Where groups with a controller can be made.</summary>
/// <param name="Version">The interface that the controller has there.</param>
/// <param name="Directory">The parent group's directory.</param>
internal sealed record ControllerMount(CgroupVersion Version, string Directory);
