namespace Isolation.Benchmarks.Comparing;

/// <summary>What streams cost.</summary>
/// <param name="Bytes">How much output there is in each run.</param>
/// <param name="Runs">How long it takes to start a program and take its output into memory, in microseconds.</param>
/// <param name="LiveRuns">How many commands were up while nothing happened.</param>
/// <param name="IdleMilliseconds">The CPU time of the host per second with these, and without, in turns.</param>
internal sealed record StreamFigures(
    int Bytes, IReadOnlyList<Series> Runs, int LiveRuns, IReadOnlyList<Series> IdleMilliseconds)
{
    internal Series Run(string name) => Runs.First(series => series.Name == name);

    internal Series Idle(string name) => IdleMilliseconds.First(series => series.Name == name);
}
