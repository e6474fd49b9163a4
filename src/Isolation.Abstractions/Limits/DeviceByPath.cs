namespace Isolation;

/// <summary>
/// Allows the device that a file of the host stands for. Its numbers are looked up anew for each sandbox, since some
/// devices get theirs when their driver is loaded. That does not bring the file into the sandbox: bind it
/// (<see cref="BindMount"/> with <see cref="BindMount.Options"/> that leave devices usable).
/// </summary>
/// <param name="Path">The absolute path on the host of a device file or a link to one, such as <c>/dev/kvm</c>.</param>
/// <param name="Access">What is allowed. Default: reading and writing.</param>
public sealed record DeviceByPath(string Path, DeviceAccess Access = DeviceAccess.ReadWrite) : DeviceRule(Access);
