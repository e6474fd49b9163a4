namespace Isolation;

/// <summary>
/// Specifies I/O limits of a block device. A null member means no limit; other values are at least 1.
/// </summary>
/// <param name="Major">The device's major number, 0 to 4095.</param>
/// <param name="Minor">The device's minor number, 0 to 1048575.</param>
public sealed record DeviceBandwidth(int Major, int Minor)
{
    /// <summary>
    /// Gets the maximum number of bytes read per second. v2 <c>rbps</c>, v1 <c>blkio.throttle.read_bps_device</c>.
    /// </summary>
    public long? ReadBytes { get; init; }

    /// <summary>
    /// Gets the maximum number of bytes written per second. v2 <c>wbps</c>, v1 <c>blkio.throttle.write_bps_device</c>.
    /// </summary>
    public long? WrittenBytes { get; init; }

    /// <summary>
    /// Gets the maximum number of read operations per second. v2 <c>riops</c>, v1
    /// <c>blkio.throttle.read_iops_device</c>.
    /// </summary>
    public int? Reads { get; init; }

    /// <summary>
    /// Gets the maximum number of write operations per second. v2 <c>wiops</c>, v1
    /// <c>blkio.throttle.write_iops_device</c>.
    /// </summary>
    public int? Writes { get; init; }
}
