namespace Isolation;

/// <summary>What is allowed on a TCP port, whatever the address.</summary>
/// <param name="Port">The port, 0 to 65535. Binding to port 0 lets the kernel choose one of
/// <c>net.ipv4.ip_local_port_range</c>.</param>
/// <param name="Access">What is allowed.</param>
public sealed record LandlockPortRule(int Port, LandlockPortAccess Access);
