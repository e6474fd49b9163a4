namespace Isolation;

/// <summary>Represents the time lost waiting for a scarce resource.</summary>
/// <param name="Average10">The percentage of the last 10 seconds, 0 to 100.</param>
/// <param name="Average60">The percentage of the last 60 seconds, 0 to 100.</param>
/// <param name="Average300">The percentage of the last 300 seconds, 0 to 100.</param>
/// <param name="Total">The total time lost so far, with microsecond precision.</param>
public readonly record struct PressureStall(double Average10, double Average60, double Average300, TimeSpan Total);
