namespace Isolation;

/// <summary>Represents the I/O of a block device.</summary>
/// <param name="Major">The device's major number.</param>
/// <param name="Minor">The device's minor number.</param>
/// <param name="ReadBytes">The number of bytes read.</param>
/// <param name="WrittenBytes">The number of bytes written.</param>
/// <param name="Reads">The number of read operations.</param>
/// <param name="Writes">The number of write operations.</param>
public sealed record DeviceUsage(int Major, int Minor, long ReadBytes, long WrittenBytes, long Reads, long Writes);
