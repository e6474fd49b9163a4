namespace Isolation.Benchmarks.Comparing;

/// <summary>What one system call costs under several filters.</summary>
/// <param name="Name">The call.</param>
/// <param name="IsJudged">Whether the library promises something about it.</param>
/// <param name="Sides">CPU time for one call, in nanoseconds, by filter.</param>
/// <param name="Instructions">How many instructions each filter executes for it when the kernel runs it, by
/// filter.</param>
internal sealed record CallFigures(
    string Name, bool IsJudged, IReadOnlyList<Series> Sides, IReadOnlyDictionary<string, int> Instructions)
{
    internal Series? Side(string name) => Sides.FirstOrDefault(series => series.Name == name);
}
