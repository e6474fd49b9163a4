namespace Isolation.Benchmarks.Comparing;

/// <summary>What limits and figures cost.</summary>
/// <param name="Launches">One program with and without limits, in microseconds.</param>
/// <param name="Readings">The figures of a live sandbox, in microseconds.</param>
/// <param name="ReadingBytes">What one reading allocates.</param>
/// <param name="Remarks">What a reader has to know about a contestant.</param>
/// <param name="Missing">Who did not take part, and why.</param>
internal sealed record LimitsFigures(
    IReadOnlyList<Series> Launches, Series Readings, long ReadingBytes,
    IReadOnlyList<(string Name, string Remark)> Remarks, IReadOnlyList<(string Name, string Reason)> Missing)
{
    internal Series? Launch(string name) => Launches.FirstOrDefault(series => series.Name == name);
}
