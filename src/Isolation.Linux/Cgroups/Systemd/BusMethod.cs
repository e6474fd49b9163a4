namespace Isolation.Linux.Cgroups.Systemd;

/// <summary>A method that can be called over D-Bus.</summary>
internal sealed record BusMethod(string Destination, string Path, string Interface, string Member);
