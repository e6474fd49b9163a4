namespace Isolation.Benchmarks.Comparing;

/// <summary>The figures for services that run many short programs under limits.</summary>
/// <param name="Sequential">The sequential runs per second of a 1 ms program.</param>
/// <param name="Saturated">The runs per second of the same program with several concurrent runs.</param>
/// <param name="Pool">The times of one run of a program that does nothing, from the pool and with Process.Start, in
/// microseconds.</param>
/// <param name="Overrun">The times by which endless programs exceed their wall-time limit, in microseconds.</param>
/// <param name="Missing">The contestants that were not measured, with the reasons.</param>
internal sealed record JudgingFigures(
    IReadOnlyList<Series> Sequential,
    IReadOnlyList<Series> Saturated,
    IReadOnlyList<Series> Pool,
    Series Overrun,
    IReadOnlyList<(string Name, string Reason)> Missing);
