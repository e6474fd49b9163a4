namespace Isolation;

/// <summary>Allows access to the device that a device file of the host represents.</summary>
/// <remarks>
/// The device numbers are looked up for each sandbox, because some devices get their numbers when their driver is
/// loaded. The rule does not make the file available in the sandbox: add a <see cref="BindMount"/> whose
/// <see cref="BindMount.Options"/> allow devices.
/// </remarks>
/// <param name="Path">The absolute path on the host of a device file or a link to one, such as <c>/dev/kvm</c>.</param>
/// <param name="Access">The allowed access. Default: reading and writing.</param>
public sealed record DeviceByPath(string Path, DeviceAccess Access = DeviceAccess.ReadWrite) : DeviceRule(Access);
