namespace Isolation.Benchmarks.Comparing;

/// <summary>What the filter of system calls and Landlock cost.</summary>
/// <param name="Launches">One program with neither, then with more and more of both, in microseconds.</param>
/// <param name="Calls">One call under several filters.</param>
/// <param name="Sizes">How many instructions each filter has.</param>
/// <param name="Missing">Who did not take part, and why.</param>
internal sealed record HardeningFigures(
    IReadOnlyList<Series> Launches, IReadOnlyList<CallFigures> Calls, IReadOnlyDictionary<string, int> Sizes, IReadOnlyList<(string Name, string Reason)> Missing);
