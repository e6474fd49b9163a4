namespace Isolation;

/// <summary>Allows devices by their numbers, see https://docs.kernel.org/admin-guide/devices.html</summary>
/// <param name="Kind">Which kind of device.</param>
/// <param name="Major">The major number, 0 to 4095; null for any.</param>
/// <param name="Minor">The minor number, 0 to 1048575; null for any.</param>
/// <param name="Access">What is allowed. Default: reading and writing.</param>
public sealed record DevicesByNumber(
    DeviceKind Kind, int? Major, int? Minor, DeviceAccess Access = DeviceAccess.ReadWrite)
    : DeviceRule(Access);
