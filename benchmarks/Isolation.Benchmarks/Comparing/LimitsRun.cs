using System.Diagnostics;
using Isolation.Benchmarks.Contestants;
using Isolation.Benchmarks.Subjects;
using Isolation.Linux;

namespace Isolation.Benchmarks.Comparing;

/// <summary>Measures the cost of limits and of reading usage figures.</summary>
internal static class LimitsRun
{
    internal const string Reading = "the figures of a live sandbox";
    private const int ReadingsPerRound = 50;

    internal static async Task<LimitsFigures> RunAsync(BenchmarkRoot root, CompareOptions options)
    {
        await using Field field = await Field.OfLimitsAsync(root);
        List<Series> launches = await InterleavedRun.RunAsync(field.Contestants, options.Runs, options.WarmUps);
        (Series readings, long bytes) = await ReadAsync(root, options);
        return new LimitsFigures(
            launches, readings, bytes,
            [.. field.Contestants.Where(one => one.Remark is not null).Select(one => (one.Name, one.Remark!))],
            [.. field.Missing]);
    }

    private static async Task<(Series Microseconds, long Bytes)> ReadAsync(BenchmarkRoot root, CompareOptions options)
    {
        await using ISandbox sandbox = await LinuxSandboxProvider.Default.CreateAsync(
            Subject.LimitedSpecification(root.Path));
        await using ISandboxProcess process = await sandbox.StartAsync(Subject.Command("/bin/sleep", "1000000"));
        double[] values = new double[options.Runs];
        long before = 0;
        for (int round = -options.WarmUps; round < options.Runs; round++)
        {
            if (round == 0)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            long begin = Stopwatch.GetTimestamp();
            for (int i = 0; i < ReadingsPerRound; i++)
            {
                sandbox.ReadUsage();
            }

            if (round >= 0)
            {
                values[round] = Stopwatch.GetElapsedTime(begin).TotalMicroseconds / ReadingsPerRound;
            }
        }

        long bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (options.Runs * ReadingsPerRound);
        return (new Series(Reading, values), bytes);
    }
}
