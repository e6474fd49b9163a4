using System.Globalization;
using System.Text;
using Isolation.Benchmarks.Comparing;

namespace Isolation.Benchmarks.Reporting;

/// <summary>What streams cost, in Markdown.</summary>
internal static class StreamsReport
{
    internal static void Append(StringBuilder text, StreamFigures streams)
    {
        text.Append(
            CultureInfo.InvariantCulture,
            $"## Output\n\n`cat` of a file of {Units.Bytes(streams.Bytes)}, from its start until all is in memory and "
            + $"it has ended; in turns, each from a heap that was just collected.\n\n");
        Series process = streams.Run(StreamsRun.Redirected);
        MarkdownTable table = new("", "median", "95th percentile", "MB per second", "× Process");
        foreach (Series series in streams.Runs)
        {
            table.Add(
                series.Name, Units.Milliseconds(series.Median), Units.Milliseconds(series.Percentile95),
                Units.Count(streams.Bytes / series.Median),
                string.Create(CultureInfo.InvariantCulture, $"{series.RatioTo(process):0.00}"));
        }

        table.AppendTo(text);
        text.Append(
            "A sandboxed program leads a session of its own, and the kernel shares the CPU out by sessions "
            + "(`sched_autogroup_enabled`): where the machine has other work, ");
        text.Append(
            "one that talks to a process of another session waits longer for its turn. The second row is that alone, "
            + "without a sandbox.\n\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"{streams.LiveRuns} live runs that are idle, a third each with captured output, with pipes and with a "
            + $"terminal that somebody waits for, all with limits of wall time and CPU time: ");
        text.Append(
            CultureInfo.InvariantCulture,
            $"the host takes {Cpu(streams.Idle(StreamsRun.WithRuns))} of CPU time in a second, and "
            + $"{Cpu(streams.Idle(StreamsRun.WithoutRuns))} without them (medians).\n\n");
    }

    private static string Cpu(Series series) => string.Create(CultureInfo.InvariantCulture, $"{series.Median:0.00} ms");
}
