namespace Isolation.Benchmarks.Comparing;

/// <summary>The cost of limits and of reading usage figures.</summary>
/// <param name="Launches">The times of one program with and without limits, in microseconds.</param>
/// <param name="Readings">The times of reading the figures of a running sandbox, in microseconds.</param>
/// <param name="ReadingBytes">The bytes that one reading allocates.</param>
/// <param name="Remarks">Notes for the reader about contestants.</param>
/// <param name="Missing">The contestants that were not measured, with the reasons.</param>
internal sealed record LimitsFigures(
    IReadOnlyList<Series> Launches, Series Readings, long ReadingBytes,
    IReadOnlyList<(string Name, string Remark)> Remarks, IReadOnlyList<(string Name, string Reason)> Missing)
{
    internal Series? Launch(string name) => Launches.FirstOrDefault(series => series.Name == name);
}
