using System.Globalization;
using Isolation.Benchmarks.Contestants;

namespace Isolation.Benchmarks.Comparing;

/// <summary>Compares the measurements with the performance targets of the library.</summary>
internal static class Targets
{
    private const double MostToFloor = 1.25;
    private const double MostToProcess = 1.7;
    private const double MostToBubblewrap = 0.3;
    private const double MostOfFurther = 0.8;
    private const double MostOfHeap = 1.05;
    private const double LeastOfThreads = 1;
    private const long MostAllocated = 8 << 10;

    private const double MostOfView = 1.05;
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

    /// <summary>The maximum number of threads that the thread pool may add, for any number of sandboxes.</summary>
    private const int MostThreads = 16;

    internal static IEnumerable<Verdict> Judge(Comparison comparison)
    {
        Series oneShot = comparison.Launch(Field.OneShot)!;
        Series process = comparison.Launch(Field.Process)!;
        yield return AtMost(
            "Sandbox for one program, vs. the floor", oneShot, comparison.Launch(FloorProgram.Name), MostToFloor);
        yield return AtMost("… vs. Process.Start", oneShot, process, MostToProcess);
        yield return AtMost("… vs. bubblewrap", oneShot, comparison.Launch(Peers.Bubblewrap), MostToBubblewrap);
        yield return AtMost(
            "Another program in a running sandbox, vs. Process.Start", comparison.Launch(Field.Further)!,
            process, MostOfFurther);
        yield return AtMost(
            "Sandbox for one program with 1 GB of live objects, vs. an empty heap",
            comparison.Heap(Field.FullHost), comparison.Heap(Field.EmptyHost), MostOfHeap);
        foreach (int threads in ParallelRun.ThreadCounts.Skip(1))
        {
            double ratio = comparison.Throughput(Field.OneShot, threads).RatioTo(
                comparison.Throughput(Field.OneShot, 1));
            yield return new Verdict(
                $"Launches per second from {threads} threads, vs. one thread", Times(ratio),
                $"at least {Times(LeastOfThreads)}", ratio >= LeastOfThreads);
        }

        long allocated = comparison.Allocated(Field.OneShot);
        yield return new Verdict(
            "Allocations for one sandbox with one program", Units.Bytes(allocated),
            $"at most {Units.Bytes(MostAllocated)}", allocated <= MostAllocated);
        LimitsFigures limits = comparison.Limits;
        if (limits.Launch(Field.Limited) is { } limited)
        {
            yield return AtMost(
                "Sandbox for one program with limits, vs. without limits", limited, limits.Launch(Field.OneShot),
                MostOfLimits);
            yield return AtMost(
                "… with a view of the limits, vs. without", limits.Launch(Field.WithView)!, limited, MostOfView);
            yield return AtMost("… vs. crun with limits", limited, limits.Launch(Peers.LimitedCrun), MostToCrun);
            yield return AtMost("… vs. runc with limits", limited, limits.Launch(Peers.LimitedRunc), MostToRunc);
            yield return new Verdict(
                "Reading the figures of a running sandbox", string.Create(
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
            "64 MiB of captured output, vs. Process with redirected output",
            comparison.Streams.Run(StreamsRun.Captured), redirected, MostOfOutput);
        yield return AtMost("… read through a pipe", comparison.Streams.Run(StreamsRun.Read), redirected, MostOfOutput);
        yield return AtMost(
            "… vs. Process with redirected output in its own session", comparison.Streams.Run(StreamsRun.Read),
            comparison.Streams.Run(StreamsRun.RedirectedSession), MostOfOutput);
        double idle = comparison.Streams.Idle(StreamsRun.WithRuns).Median - comparison.Streams.Idle(
            StreamsRun.WithoutRuns).Median;
        yield return new Verdict(
            $"CPU time of the application per second for {comparison.Streams.LiveRuns} idle runs",
            string.Create(CultureInfo.InvariantCulture, $"{idle:0.00} ms"),
            string.Create(CultureInfo.InvariantCulture, $"at most {MostOfIdle:0} ms"), idle <= MostOfIdle);

        yield return AtMost(
            "Run in a pooled sandbox, including acquiring and returning it, vs. Process.Start",
            comparison.Judging.Pool[0], comparison.Judging.Pool[1], MostOfPool);
        yield return new Verdict(
            "Time by which an endless program exceeds its wall-time limit",
            Units.Milliseconds(comparison.Judging.Overrun.Median), $"less than {Units.Milliseconds(MostOverrun)}",
            comparison.Judging.Overrun.Median < MostOverrun);
        int threadsAdded = comparison.Many.ThreadsDuring - comparison.Many.ThreadsBefore;
        yield return new Verdict(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Threads added to the application by {comparison.Many.Count:N0} concurrent sandboxes"),
            threadsAdded.ToString(CultureInfo.InvariantCulture),
            string.Create(CultureInfo.InvariantCulture, $"at most {MostThreads}, for any number"),
            threadsAdded <= MostThreads);
    }

    private static IEnumerable<Verdict> Judge(HardeningFigures hardening)
    {
        foreach (PresetLaunches preset in hardening.Presets)
        {
            yield return AtMost(
                $"Sandbox of the preset {preset.Name}, vs. without filter and Landlock", preset.Whole,
                preset.Bare, MostOfHardening);
        }

        foreach (CallFigures call in hardening.Calls.Where(call => call.IsJudged))
        {
            foreach (string other in (string[])[HardeningRun.LibSeccompDefault, HardeningRun.LibSeccompTree])
            {
                yield return AtMost(
                    $"{call.Name} under the default filter, vs. {other}", call.Side(HardeningRun.Ours)!,
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
