using Isolation.Benchmarks.Working;

namespace Isolation.Benchmarks.Comparing;

/// <summary>Contains all measurements.</summary>
internal sealed record Comparison
{
    internal required MachineFacts Machine { get; init; }

    /// <summary>Gets the number of rounds in which every contestant ran once.</summary>
    internal required int Rounds { get; init; }

    /// <summary>Gets the times of starting one program, in microseconds.</summary>
    internal required IReadOnlyList<Series> Launches { get; init; }

    /// <summary>Gets the same times in two applications with different heaps, in microseconds.</summary>
    internal required IReadOnlyList<Series> Heaps { get; init; }

    /// <summary>Gets the launches per second.</summary>
    internal required IReadOnlyList<Series> Parallel { get; init; }

    /// <summary>Gets the bytes that one run allocates on the managed heap.</summary>
    internal required IReadOnlyList<(string Name, long Bytes)> Allocations { get; init; }

    internal required LimitsFigures Limits { get; init; }

    internal required HardeningFigures Hardening { get; init; }

    internal required StreamFigures Streams { get; init; }

    internal required JudgingFigures Judging { get; init; }

    internal required ManySandboxes Many { get; init; }

    /// <summary>Gets notes for the reader about contestants.</summary>
    internal required IReadOnlyList<(string Name, string Remark)> Remarks { get; init; }

    /// <summary>Gets the contestants that were not measured, with the reasons.</summary>
    internal required IReadOnlyList<(string Name, string Reason)> Missing { get; init; }

    internal Series? Launch(string name) => Launches.FirstOrDefault(series => series.Name == name);

    internal Series Heap(string name) => Heaps.First(series => series.Name == name);

    internal Series Throughput(string launch, int threads) =>
        Parallel.First(series => series.Name == ParallelRun.Name(launch, threads));

    internal long Allocated(string name) => Allocations.First(one => one.Name == name).Bytes;
}
