namespace Isolation;

/// <summary>How far the clocks inside are moved against the host's, see time_namespaces(7).</summary>
/// <param name="Monotonic">Added to CLOCK_MONOTONIC. The result must not be negative.</param>
/// <param name="BootTime">Added to CLOCK_BOOTTIME. The result must not be negative.</param>
public sealed record TimeOffsets(TimeSpan Monotonic, TimeSpan BootTime);
