namespace Isolation.Benchmarks.Comparing;

/// <summary>The cost of the system-call filter and Landlock.</summary>
/// <param name="Launches">The times of one program without both, then with increasingly large policies, in
/// microseconds.</param>
/// <param name="Presets">The times of one program with each preset, in microseconds.</param>
/// <param name="Calls">The cost of single system calls under several filters.</param>
/// <param name="Sizes">The number of instructions in each filter.</param>
/// <param name="Missing">The contestants that were not measured, with the reasons.</param>
internal sealed record HardeningFigures(
    IReadOnlyList<Series> Launches, IReadOnlyList<PresetLaunches> Presets, IReadOnlyList<CallFigures> Calls,
    IReadOnlyDictionary<string, int> Sizes, IReadOnlyList<(string Name, string Reason)> Missing);

/// <summary>Launches with a preset.</summary>
/// <param name="Name">The name of the preset.</param>
/// <param name="Whole">The launches with the unchanged preset.</param>
/// <param name="Bare">The launches without system-call filter and Landlock.</param>
internal sealed record PresetLaunches(string Name, Series Whole, Series Bare);
