using System.Globalization;
using System.Text;
using Isolation.Benchmarks.Comparing;
using Isolation.Benchmarks.Contestants;
using Isolation.Benchmarks.Working;

namespace Isolation.Benchmarks.Reporting;

/// <summary>The comparison in Markdown.</summary>
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
        text.Append("## What is to be reached\n\n");
        MarkdownTable table = new("what", "measured", "target", "reached");
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
            $"{comparison.Rounds} rounds in which everybody has one run, in a new order each time. ");
        text.Append("The ratios are medians of the rounds' ratios.\n\n");
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
            text.Append(CultureInfo.InvariantCulture, $"- {name} took no part: {reason.TrimEnd('.')}.\n");
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
            "## Allocations\n\nOn the managed heap for one run without captured output, on all threads together.\n\n");
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
            $"## {many.Count:N0} sandboxes at once\n\nIn each a program sleeps. Memory is per sandbox: its init and "
            + $"its program together.\n\n");
        MarkdownTable table = new("", "");
        table.Add("all made and their programs started", Units.Milliseconds(many.CreationMilliseconds * 1000));
        table.Add("all disposed", Units.Milliseconds(many.DisposalMilliseconds * 1000));
        table.Add(
            "threads of the host before and during", string.Create(
                CultureInfo.InvariantCulture, $"{many.ThreadsBefore} → {many.ThreadsDuring}"));
        table.Add("memory, what is shared divided by its users (PSS)", Known(many.ProportionalBytes));
        table.Add("memory that nobody else has", Known(many.PrivateBytes));
        table.Add("memory, what is shared counted in full (RSS)", Known(many.ResidentBytes));
        table.Add("growth of the host's private memory", Units.Bytes(many.HostPrivateBytes));
        table.Add("growth of the kernel's memory, of the whole machine", Units.Bytes(many.KernelBytes));
        table.AppendTo(text);
    }

    private static string Ratio(Series series, Series baseline) =>
        string.Create(CultureInfo.InvariantCulture, $"{series.RatioTo(baseline):0.00}");

    private static string Known(long? bytes) => bytes is { } value ? Units.Bytes(value) : "not readable";
}
