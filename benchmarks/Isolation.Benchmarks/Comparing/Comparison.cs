using Isolation.Benchmarks.Working;

namespace Isolation.Benchmarks.Comparing;

/// <summary>Everything that was measured.</summary>
internal sealed record Comparison
{
    internal required MachineFacts Machine { get; init; }

    /// <summary>Rounds in which everybody had one run.</summary>
    internal required int Rounds { get; init; }

    /// <summary>One program started, in microseconds.</summary>
    internal required IReadOnlyList<Series> Launches { get; init; }

    /// <summary>The same from two hosts with different heaps, in microseconds.</summary>
    internal required IReadOnlyList<Series> Heaps { get; init; }

    /// <summary>Launches per second.</summary>
    internal required IReadOnlyList<Series> Parallel { get; init; }

    /// <summary>Bytes on the managed heap for one run.</summary>
    internal required IReadOnlyList<(string Name, long Bytes)> Allocations { get; init; }

    internal required LimitsFigures Limits { get; init; }

    internal required HardeningFigures Hardening { get; init; }

    internal required StreamFigures Streams { get; init; }

    internal required JudgingFigures Judging { get; init; }

    internal required ManySandboxes Many { get; init; }

    /// <summary>What a reader has to know about a contestant.</summary>
    internal required IReadOnlyList<(string Name, string Remark)> Remarks { get; init; }

    /// <summary>Who did not take part, and why.</summary>
    internal required IReadOnlyList<(string Name, string Reason)> Missing { get; init; }

    internal Series? Launch(string name) => Launches.FirstOrDefault(series => series.Name == name);

    internal Series Heap(string name) => Heaps.First(series => series.Name == name);

    internal Series Throughput(string launch, int threads) =>
        Parallel.First(series => series.Name == ParallelRun.Name(launch, threads));

    internal long Allocated(string name) => Allocations.First(one => one.Name == name).Bytes;
}
