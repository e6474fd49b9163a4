namespace Isolation.Benchmarks.Comparing;

/// <summary>The cost of streams.</summary>
/// <param name="Bytes">The size of the output of each run, in bytes.</param>
/// <param name="Runs">The times of starting a program and reading its output into memory, in microseconds.</param>
/// <param name="LiveRuns">The number of idle commands.</param>
/// <param name="IdleMilliseconds">The CPU time of the application per second with and without the idle commands, in
/// milliseconds.</param>
internal sealed record StreamFigures(
    int Bytes, IReadOnlyList<Series> Runs, int LiveRuns, IReadOnlyList<Series> IdleMilliseconds)
{
    internal Series Run(string name) => Runs.First(series => series.Name == name);

    internal Series Idle(string name) => IdleMilliseconds.First(series => series.Name == name);
}
