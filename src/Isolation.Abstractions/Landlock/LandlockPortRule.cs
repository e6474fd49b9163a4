namespace Isolation;

/// <summary>Allows uses of a TCP port, for any address.</summary>
/// <param name="Port">
/// The port, 0 to 65535. Binding to port 0 lets the kernel choose a port of <c>net.ipv4.ip_local_port_range</c>.
/// </param>
/// <param name="Access">The allowed uses.</param>
public sealed record LandlockPortRule(int Port, LandlockPortAccess Access);
