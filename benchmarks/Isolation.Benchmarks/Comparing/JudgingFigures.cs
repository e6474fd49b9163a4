namespace Isolation.Benchmarks.Comparing;

/// <summary>What matters to who runs many short programs under limits.</summary>
/// <param name="Sequential">Runs per second of a program of 1 ms, one after the other.</param>
/// <param name="Saturated">The same, several at once.</param>
/// <param name="Pool">One run of a program that does nothing: from the pool, and by Process.Start; in
/// microseconds.</param>
/// <param name="Overrun">By how much programs that never end outlive their wall time, in microseconds.</param>
/// <param name="Missing">Who did not take part, and why.</param>
internal sealed record JudgingFigures(
    IReadOnlyList<Series> Sequential,
    IReadOnlyList<Series> Saturated,
    IReadOnlyList<Series> Pool,
    Series Overrun,
    IReadOnlyList<(string Name, string Reason)> Missing);
