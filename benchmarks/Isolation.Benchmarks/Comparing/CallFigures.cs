namespace Isolation.Benchmarks.Comparing;

/// <summary>The cost of one system call under several filters.</summary>
/// <param name="Name">The name of the call.</param>
/// <param name="IsJudged"><see langword="true"/> if the library has a target for the call.</param>
/// <param name="Sides">The CPU time for one call, in nanoseconds, by filter.</param>
/// <param name="Instructions">The number of instructions each filter executes for the call if the kernel runs the
/// filter, by filter.</param>
internal sealed record CallFigures(
    string Name, bool IsJudged, IReadOnlyList<Series> Sides, IReadOnlyDictionary<string, int> Instructions)
{
    internal Series? Side(string name) => Sides.FirstOrDefault(series => series.Name == name);
}
