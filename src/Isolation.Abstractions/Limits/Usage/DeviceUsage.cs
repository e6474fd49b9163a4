namespace Isolation;

/// <summary>How much a block device was used.</summary>
/// <param name="Major">The device's major number.</param>
/// <param name="Minor">The device's minor number.</param>
/// <param name="ReadBytes">Bytes read.</param>
/// <param name="WrittenBytes">Bytes written.</param>
/// <param name="Reads">Read operations.</param>
/// <param name="Writes">Write operations.</param>
public sealed record DeviceUsage(int Major, int Minor, long ReadBytes, long WrittenBytes, long Reads, long Writes);
