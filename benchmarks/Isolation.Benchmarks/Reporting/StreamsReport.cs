using System.Globalization;
using System.Text;
using Isolation.Benchmarks.Comparing;

namespace Isolation.Benchmarks.Reporting;

/// <summary>Writes the cost of streams in Markdown.</summary>
internal static class StreamsReport
{
    internal static void Append(StringBuilder text, StreamFigures streams)
    {
        text.Append(
            CultureInfo.InvariantCulture,
            $"## Output\n\n`cat` prints a file of {Units.Bytes(streams.Bytes)}. The time is from its start until it "
            + $"has ended and all output is in memory. The rounds are interleaved, with a garbage collection before "
            + $"each run.\n\n");
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
            "A sandboxed program runs in its own session, and the kernel divides the CPU by sessions "
            + "(`sched_autogroup_enabled`). On a busy machine, ");
        text.Append(
            "a program that exchanges data with a process of another session therefore waits longer. The second row "
            + "shows this effect without a sandbox.\n\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"{streams.LiveRuns} idle runs have limits on wall time and CPU time; a third captures output, a third "
            + $"uses pipes, and a third has a terminal that the application reads. ");
        text.Append(
            CultureInfo.InvariantCulture,
            $"The application uses {Cpu(streams.Idle(StreamsRun.WithRuns))} of CPU time per second with them, and "
            + $"{Cpu(streams.Idle(StreamsRun.WithoutRuns))} without them (medians).\n\n");
    }

    private static string Cpu(Series series) => string.Create(CultureInfo.InvariantCulture, $"{series.Median:0.00} ms");
}
