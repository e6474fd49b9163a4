using System.Globalization;
using Isolation.Benchmarks.Contestants;

namespace Isolation.Benchmarks.Comparing;

/// <summary>What the library promises about its speed, held against what was measured.</summary>
internal static class Targets
{
    private const double MostToFloor = 1.25;
    private const double MostToProcess = 1.7;
    private const double MostToBubblewrap = 0.3;
    private const double MostOfFurther = 0.8;
    private const double MostOfHeap = 1.05;
    private const double LeastOfThreads = 1;
    private const long MostAllocated = 8 << 10;

    private const double MostOfLimits = 1.3;
    private const double MostToCrun = 0.3;
    private const double MostToRunc = 0.1;
    private const double MostToRead = 100;
    private const double MostOfHardening = 1.1;
    private const double MostToLibSeccomp = 1;
    private const double MostOfOutput = 1;
    private const double MostOfIdle = 1;
    private const double MostOfPool = 1;
    private const double MostOverrun = 5000;

    /// <summary>What the thread pool may add, however many sandboxes there are.</summary>
    private const int MostThreads = 16;

    internal static IEnumerable<Verdict> Judge(Comparison comparison)
    {
        Series oneShot = comparison.Launch(Field.OneShot)!;
        Series process = comparison.Launch(Field.Process)!;
        yield return AtMost(
            "A sandbox for one program, against the floor", oneShot, comparison.Launch(FloorProgram.Name), MostToFloor);
        yield return AtMost("… against Process.Start", oneShot, process, MostToProcess);
        yield return AtMost("… against bubblewrap", oneShot, comparison.Launch(Peers.Bubblewrap), MostToBubblewrap);
        yield return AtMost(
            "A further program in a sandbox that is up, against Process.Start", comparison.Launch(Field.Further)!,
            process, MostOfFurther);
        yield return AtMost(
            "A sandbox for one program with 1 GB of live objects, against an empty host",
            comparison.Heap(Field.FullHost), comparison.Heap(Field.EmptyHost), MostOfHeap);
        foreach (int threads in ParallelRun.ThreadCounts.Skip(1))
        {
            double ratio = comparison.Throughput(Field.OneShot, threads).RatioTo(
                comparison.Throughput(Field.OneShot, 1));
            yield return new Verdict(
                $"Launches per second from {threads} threads, against one", Times(ratio),
                $"at least {Times(LeastOfThreads)}", ratio >= LeastOfThreads);
        }

        long allocated = comparison.Allocated(Field.OneShot);
        yield return new Verdict(
            "Allocated for one sandbox with one program", Units.Bytes(allocated),
            $"at most {Units.Bytes(MostAllocated)}", allocated <= MostAllocated);
        LimitsFigures limits = comparison.Limits;
        if (limits.Launch(Field.Limited) is { } limited)
        {
            yield return AtMost(
                "A sandbox for one program with limits, against without", limited, limits.Launch(Field.OneShot),
                MostOfLimits);
            yield return AtMost("… against crun with limits", limited, limits.Launch(Peers.LimitedCrun), MostToCrun);
            yield return AtMost("… against runc with limits", limited, limits.Launch(Peers.LimitedRunc), MostToRunc);
            yield return new Verdict(
                "To read the figures of a live sandbox", string.Create(
                    CultureInfo.InvariantCulture, $"{limits.Readings.Median:0.0} µs"),
                string.Create(CultureInfo.InvariantCulture, $"at most {MostToRead:0} µs"),
                limits.Readings.Median <= MostToRead);
        }

        foreach (Verdict verdict in Judge(comparison.Hardening))
        {
            yield return verdict;
        }

        Series redirected = comparison.Streams.Run(StreamsRun.Redirected);
        yield return AtMost(
            "64 MiB of captured output, against Process with redirected output",
            comparison.Streams.Run(StreamsRun.Captured), redirected, MostOfOutput);
        yield return AtMost("… read through a pipe", comparison.Streams.Run(StreamsRun.Read), redirected, MostOfOutput);
        yield return AtMost(
            "… against Process with redirected output in a session of its own", comparison.Streams.Run(StreamsRun.Read),
            comparison.Streams.Run(StreamsRun.RedirectedSession), MostOfOutput);
        double idle = comparison.Streams.Idle(StreamsRun.WithRuns).Median - comparison.Streams.Idle(
            StreamsRun.WithoutRuns).Median;
        yield return new Verdict(
            $"CPU time of the host per second for {comparison.Streams.LiveRuns} idle live runs",
            string.Create(CultureInfo.InvariantCulture, $"{idle:0.00} ms"),
            string.Create(CultureInfo.InvariantCulture, $"at most {MostOfIdle:0} ms"), idle <= MostOfIdle);

        yield return AtMost(
            "A run in a sandbox of the pool, acquired and given back, against Process.Start",
            comparison.Judging.Pool[0], comparison.Judging.Pool[1], MostOfPool);
        yield return new Verdict(
            "A program that never ends outlives its wall time by",
            Units.Milliseconds(comparison.Judging.Overrun.Median), $"less than {Units.Milliseconds(MostOverrun)}",
            comparison.Judging.Overrun.Median < MostOverrun);
        int threadsAdded = comparison.Many.ThreadsDuring - comparison.Many.ThreadsBefore;
        yield return new Verdict(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Threads of the host added by {comparison.Many.Count:N0} sandboxes at once"),
            threadsAdded.ToString(CultureInfo.InvariantCulture),
            string.Create(CultureInfo.InvariantCulture, $"at most {MostThreads}, for any number"),
            threadsAdded <= MostThreads);
    }

    private static IEnumerable<Verdict> Judge(HardeningFigures hardening)
    {
        foreach (PresetLaunches preset in hardening.Presets)
        {
            yield return AtMost(
                $"A sandbox of the preset {preset.Name}, against without filter and Landlock", preset.Whole,
                preset.Bare, MostOfHardening);
        }

        foreach (CallFigures call in hardening.Calls.Where(call => call.IsJudged))
        {
            foreach (string other in (string[])[HardeningRun.LibSeccompDefault, HardeningRun.LibSeccompTree])
            {
                yield return AtMost(
                    $"{call.Name} under the default filter, against {other}", call.Side(HardeningRun.Ours)!,
                    call.Side(other), MostToLibSeccomp);
            }
        }
    }

    private static Verdict AtMost(string what, Series measured, Series? baseline, double most)
    {
        string target = $"at most {Times(most)}";
        if (baseline is null)
        {
            return new Verdict(what, "–", target, null);
        }

        double ratio = measured.RatioTo(baseline);
        return new Verdict(what, Times(ratio), target, ratio <= most);
    }

    private static string Times(double ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00}×");
}
