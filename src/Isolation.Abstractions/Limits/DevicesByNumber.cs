namespace Isolation;

/// <summary>Allows access to devices by number; see https://docs.kernel.org/admin-guide/devices.html.</summary>
/// <param name="Kind">The kind of device.</param>
/// <param name="Major">The major number, 0 to 4095, or <see langword="null"/> for any.</param>
/// <param name="Minor">The minor number, 0 to 1048575, or <see langword="null"/> for any.</param>
/// <param name="Access">The allowed access. Default: reading and writing.</param>
public sealed record DevicesByNumber(
    DeviceKind Kind, int? Major, int? Minor, DeviceAccess Access = DeviceAccess.ReadWrite)
    : DeviceRule(Access);
