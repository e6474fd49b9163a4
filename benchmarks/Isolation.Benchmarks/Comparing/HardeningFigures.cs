namespace Isolation.Benchmarks.Comparing;

/// <summary>What the filter of system calls and Landlock cost.</summary>
/// <param name="Launches">One program with neither, then with more and more of both, in microseconds.</param>
/// <param name="Presets">One program as each preset runs it, in microseconds: as it is, and without filter and
/// Landlock.</param>
/// <param name="Calls">One call under several filters.</param>
/// <param name="Sizes">How many instructions each filter has.</param>
/// <param name="Missing">Who did not take part, and why.</param>
internal sealed record HardeningFigures(
    IReadOnlyList<Series> Launches, IReadOnlyList<PresetLaunches> Presets, IReadOnlyList<CallFigures> Calls,
    IReadOnlyDictionary<string, int> Sizes, IReadOnlyList<(string Name, string Reason)> Missing);

/// <summary>Launches with a preset.</summary>
/// <param name="Name">The preset.</param>
/// <param name="Whole">As it is.</param>
/// <param name="Bare">Without filter and Landlock.</param>
internal sealed record PresetLaunches(string Name, Series Whole, Series Bare);
