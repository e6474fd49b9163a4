using System.Globalization;
using System.Text;
using Isolation.Benchmarks.Comparing;
using Isolation.Benchmarks.Contestants;
using Isolation.Benchmarks.Working;

namespace Isolation.Benchmarks.Reporting;

/// <summary>Writes the comparison in Markdown.</summary>
internal static class ComparisonReport
{
    internal static string Write(Comparison comparison)
    {
        StringBuilder text = new();
        MachineFacts machine = comparison.Machine;
        text.Append("# Comparison\n\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"{machine.Processor}, {machine.Cores} cores · Linux {machine.Kernel} · {machine.Runtime} · ");
        text.Append(CultureInfo.InvariantCulture, $"as {machine.User} · {machine.Date} · commit {machine.Commit}\n\n");
        text.Append("![Medians](comparison.svg)\n\n");
        AppendTargets(text, comparison);
        AppendLaunches(text, comparison);
        AppendHeaps(text, comparison);
        AppendParallel(text, comparison);
        AppendAllocations(text, comparison);
        LimitsReport.Append(text, comparison.Limits);
        HardeningReport.Append(text, comparison.Hardening);
        StreamsReport.Append(text, comparison.Streams);
        JudgingReport.Append(text, comparison.Judging);
        AppendMany(text, comparison.Many);
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static void AppendTargets(StringBuilder text, Comparison comparison)
    {
        text.Append("## Targets\n\n");
        MarkdownTable table = new("quantity", "measured", "target", "reached");
        foreach (Verdict verdict in Targets.Judge(comparison))
        {
            table.Add(verdict.What, verdict.Measured, verdict.Target, verdict.Answer);
        }

        table.AppendTo(text);
    }

    private static void AppendLaunches(StringBuilder text, Comparison comparison)
    {
        text.Append("## One program\n\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"Every program runs once in each of {comparison.Rounds} rounds, in a new order each time. ");
        text.Append("A ratio is the median of the ratios of each round.\n\n");
        Series process = comparison.Launch(Field.Process)!;
        Series? floor = comparison.Launch(FloorProgram.Name);
        MarkdownTable table = new("", "median", "95th percentile", "× Process.Start", "× floor");
        foreach (Series series in comparison.Launches)
        {
            table.Add(
                series.Name, Units.Milliseconds(series.Median), Units.Milliseconds(series.Percentile95),
                Ratio(series, process), floor is null ? "–" : Ratio(series, floor));
        }

        table.AppendTo(text);
        foreach ((string name, string remark) in comparison.Remarks)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {name}: {remark}.\n");
        }

        foreach ((string name, string reason) in comparison.Missing)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {name} was not measured: {reason.TrimEnd('.')}.\n");
        }

        text.Append('\n');
    }

    private static void AppendHeaps(StringBuilder text, Comparison comparison)
    {
        text.Append("## With a full heap\n\n");
        MarkdownTable table = new("", "median", "95th percentile");
        foreach (Series series in comparison.Heaps)
        {
            table.Add(series.Name, Units.Milliseconds(series.Median), Units.Milliseconds(series.Percentile95));
        }

        table.AppendTo(text);
    }

    private static void AppendParallel(StringBuilder text, Comparison comparison)
    {
        text.Append("## From several threads\n\nLaunches per second; medians.\n\n");
        MarkdownTable table = new(
            ["threads", .. ParallelRun.ThreadCounts.Select(threads => threads.ToString(CultureInfo.InvariantCulture))]);
        foreach (string launch in (ReadOnlySpan<string>)[Field.OneShot, Field.Process])
        {
            table.Add(
                [launch, .. ParallelRun.ThreadCounts.Select(
                    threads => Units.Count(comparison.Throughput(launch, threads).Median))]);
        }

        table.AppendTo(text);
    }

    private static void AppendAllocations(StringBuilder text, Comparison comparison)
    {
        text.Append(
            "## Allocations\n\nManaged allocations of one run without captured output, on all threads together.\n\n");
        MarkdownTable table = new("", "allocated");
        foreach ((string name, long bytes) in comparison.Allocations)
        {
            table.Add(name, Units.Bytes(bytes));
        }

        table.AppendTo(text);
    }

    private static void AppendMany(StringBuilder text, ManySandboxes many)
    {
        text.Append(
            CultureInfo.InvariantCulture,
            $"## {many.Count:N0} concurrent sandboxes\n\nEach sandbox runs a sleeping program. Memory is per sandbox: "
            + $"its init and its program together.\n\n");
        MarkdownTable table = new("", "");
        table.Add("creating all and starting their programs", Units.Milliseconds(many.CreationMilliseconds * 1000));
        table.Add("disposing all", Units.Milliseconds(many.DisposalMilliseconds * 1000));
        table.Add(
            "threads of the application, before → during", string.Create(
                CultureInfo.InvariantCulture, $"{many.ThreadsBefore} → {many.ThreadsDuring}"));
        table.Add("proportional set size (PSS)", Known(many.ProportionalBytes));
        table.Add("private memory", Known(many.PrivateBytes));
        table.Add("resident set size (RSS)", Known(many.ResidentBytes));
        table.Add("growth of the application's private memory", Units.Bytes(many.HostPrivateBytes));
        table.Add("growth of kernel memory on the whole machine", Units.Bytes(many.KernelBytes));
        table.AppendTo(text);
    }

    private static string Ratio(Series series, Series baseline) =>
        string.Create(CultureInfo.InvariantCulture, $"{series.RatioTo(baseline):0.00}");

    private static string Known(long? bytes) => bytes is { } value ? Units.Bytes(value) : "not readable";
}
