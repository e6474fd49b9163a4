namespace Isolation;

/// <summary>How much of the time was lost by waiting for something of which there was too little.</summary>
/// <param name="Average10">In percent of the last 10 seconds, 0 to 100.</param>
/// <param name="Average60">In percent of the last 60 seconds.</param>
/// <param name="Average300">In percent of the last 300 seconds.</param>
/// <param name="Total">All time that was lost so far, to the microsecond.</param>
public readonly record struct PressureStall(double Average10, double Average60, double Average300, TimeSpan Total);
