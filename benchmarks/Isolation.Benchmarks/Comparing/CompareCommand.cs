using System.Text;
using Isolation.Benchmarks.Contestants;
using Isolation.Benchmarks.Reporting;
using Isolation.Benchmarks.Subjects;
using Isolation.Benchmarks.Working;

namespace Isolation.Benchmarks.Comparing;

/// <summary>Measures everything that has a performance target, and prints and writes the results.</summary>
internal static class CompareCommand
{
    internal const string Name = "compare";

    internal static async Task<int> RunAsync(CompareOptions options)
    {
        using BenchmarkRoot root = new();
        if (options.IsForLimitsOnly)
        {
            StringBuilder text = new();
            LimitsReport.Append(text, await LimitsRun.RunAsync(root, options));
            Console.WriteLine(text);
            return 0;
        }

        if (options.IsForHardeningOnly)
        {
            StringBuilder text = new();
            HardeningReport.Append(text, await HardeningRun.RunAsync(root, options));
            Console.WriteLine(text);
            return 0;
        }

        if (options.IsForStreamsOnly)
        {
            StringBuilder text = new();
            StreamsReport.Append(text, await StreamsRun.RunAsync(root, options));
            Console.WriteLine(text);
            return 0;
        }

        if (options.IsForJudgingOnly)
        {
            StringBuilder text = new();
            JudgingReport.Append(text, await JudgingRun.RunAsync(root, options));
            Console.WriteLine(text);
            return 0;
        }

        MachineFacts machine = await MachineFacts.ReadAsync();

        Say("one program, interleaved");
        List<Series> launches;
        List<(string, string)> remarks, missing;
        await using (Field field = await Field.OfLaunchesAsync(root))
        {
            launches = await InterleavedRun.RunAsync(field.Contestants, options.Runs, options.WarmUps);
            remarks = [.. field.Contestants.Where(one => one.Remark is not null)
                .Select(one => (one.Name, one.Remark!))];
            missing = [.. field.Missing];
        }

        Say("applications with and without 1 GB of live objects, interleaved");
        List<Series> heaps;
        await using (Field field = Field.OfHeaps(root))
        {
            heaps = await InterleavedRun.RunAsync(field.Contestants, options.Runs, options.WarmUps);
        }

        Say("one, two and four threads, interleaved");
        List<Series> parallel = ParallelRun.Run(root, options);
        Say("allocations");
        List<(string, long)> allocations = await AllocationRun.RunAsync(root, options.AllocatingRuns);
        Say("limits, interleaved");
        LimitsFigures limits = await LimitsRun.RunAsync(root, options);
        Say("system-call filter and Landlock, interleaved");
        HardeningFigures hardening = await HardeningRun.RunAsync(root, options);
        Say("output and idle runs, interleaved");
        StreamFigures streams = await StreamsRun.RunAsync(root, options);
        Say("short programs under the limits of a judge, interleaved");
        JudgingFigures judging = await JudgingRun.RunAsync(root, options);
        Say($"{Units.Count(options.Sandboxes)} sandboxes at once");
        ManySandboxes many = await ManySandboxesRun.RunAsync(root, options.Sandboxes);

        Write(options.Output, new Comparison
        {
            Machine = machine,
            Rounds = options.Runs,
            Launches = launches,
            Heaps = heaps,
            Parallel = parallel,
            Allocations = allocations,
            Limits = limits,
            Hardening = hardening,
            Streams = streams,
            Judging = judging,
            Many = many,
            Remarks = remarks,
            Missing = missing,
        });
        return 0;
    }

    private static void Write(string directory, Comparison comparison)
    {
        Directory.CreateDirectory(directory);
        string report = ComparisonReport.Write(comparison);
        File.WriteAllText(Path.Combine(directory, "comparison.md"), report, new UTF8Encoding(false));
        File.WriteAllText(
            Path.Combine(directory, "comparison.svg"), ComparisonChart.Draw(comparison), new UTF8Encoding(false));
        File.WriteAllText(
            Path.Combine(directory, "comparison.json"), ComparisonJson.Write(comparison), new UTF8Encoding(false));
        Console.WriteLine();
        Console.WriteLine(report);
        Console.WriteLine($"Wrote comparison.md, comparison.svg and comparison.json to {directory}");
    }

    private static void Say(string what) => Console.WriteLine($"… {what}");
}
