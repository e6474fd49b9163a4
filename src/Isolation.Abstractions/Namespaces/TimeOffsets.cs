namespace Isolation;

/// <summary>
/// Specifies the offsets between the clocks inside the sandbox and those of the host; see time_namespaces(7).
/// </summary>
/// <param name="Monotonic">The offset of CLOCK_MONOTONIC. The resulting clock must not be negative.</param>
/// <param name="BootTime">The offset of CLOCK_BOOTTIME. The resulting clock must not be negative.</param>
public sealed record TimeOffsets(TimeSpan Monotonic, TimeSpan BootTime);
