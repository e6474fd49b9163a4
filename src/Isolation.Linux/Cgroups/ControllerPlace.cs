namespace Isolation.Linux.Cgroups;

/// <summary>Where groups with a controller can be made.</summary>
/// <param name="Version">The interface that the controller has there.</param>
/// <param name="Folder">The parent group's folder.</param>
internal sealed record ControllerPlace(CgroupVersion Version, string Folder);
