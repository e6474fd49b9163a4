using System.Globalization;
using System.Text;
using Isolation.Benchmarks.Comparing;
using Isolation.Benchmarks.Contestants;

namespace Isolation.Benchmarks.Reporting;

/// <summary>Writes the figures of many short programs under limits in Markdown.</summary>
internal static class JudgingReport
{
    internal static void Append(StringBuilder text, JudgingFigures judging)
    {
        text.Append("## Judging\n\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"A program uses 1 ms of CPU time, with the system-call filter for judges and limits on memory, CPU, "
                + $"processes, wall time and CPU time. The table shows median runs per second: one after the other, "
                + $"and {JudgingRun.AtOnce} at once. ");
        text.Append("The pool creates its sandboxes meanwhile. Process.Start and bubblewrap enforce no limits.\n\n");
        Series bare = judging.Sequential.First(series => series.Name == Field.Process);
        Series bareSaturated = judging.Saturated.First(series => series.Name == Field.Process);
        MarkdownTable table = new("", "one after the other", "× Process.Start", "at once", "× Process.Start");
        foreach ((Series one, Series many) in judging.Sequential.Zip(judging.Saturated))
        {
            table.Add(
                one.Name, Units.Count(one.Median), Ratio(one, bare), Units.Count(many.Median),
                Ratio(many, bareSaturated));
        }

        table.AppendTo(text);
        foreach ((string name, string reason) in judging.Missing)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {name} was not measured: {reason.TrimEnd('.')}.\n");
        }

        text.Append(
            "\nOne run of `true` on an otherwise idle machine. A run from the pool acquires a sandbox with limits, "
            + "runs the program and returns the sandbox.\n\n");
        MarkdownTable pool = new("", "median", "95th percentile", "× Process.Start");
        foreach (Series series in judging.Pool)
        {
            pool.Add(series.Name, Units.Milliseconds(series.Median), Units.Milliseconds(series.Percentile95),
                Ratio(series, judging.Pool[1]));
        }

        pool.AppendTo(text);
        text.Append(
            CultureInfo.InvariantCulture,
            $"An endless program exceeds its wall-time limit by {Units.Milliseconds(judging.Overrun.Median)} "
                + $"(median; 95th percentile {Units.Milliseconds(judging.Overrun.Percentile95)}).\n\n");
    }

    private static string Ratio(Series series, Series baseline) =>
        string.Create(CultureInfo.InvariantCulture, $"{series.RatioTo(baseline):0.00}");
}
