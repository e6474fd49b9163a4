namespace Isolation.Linux.Cgroups.Systemd;

/// <summary>Represents a D-Bus method.</summary>
internal sealed record BusMethod(string Destination, string Path, string Interface, string Member);
