using System.Diagnostics;
using Isolation.Benchmarks.Contestants;
using Isolation.Benchmarks.Subjects;
using Isolation.Linux;

namespace Isolation.Benchmarks.Comparing;

/// <summary>
/// Measures many short programs under the limits of a judge, runs from the pool, and the accuracy of wall-time limits.
/// </summary>
internal static class JudgingRun
{
    internal const string FromPool = "Isolation, from the pool";
    internal static readonly int AtOnce = 2 * Environment.ProcessorCount;

    private static readonly TimeSpan WallTime = TimeSpan.FromMilliseconds(50);

    internal static async Task<JudgingFigures> RunAsync(BenchmarkRoot root, CompareOptions options)
    {
        string program = ShortProgram.AddTo(root);
        SandboxSpecification specification = Subject.LimitedSpecification(root.Path) with
        {
            SystemCalls = new SystemCallFilter { Profile = SystemCallProfile.Judge },
        };
        SandboxCommand command = new(program) { WallTime = TimeSpan.FromSeconds(5), CpuTime = TimeSpan.FromSeconds(1) };
        await using SandboxPool pool = new(
            LinuxSandboxProvider.Default, specification,
            new SandboxPoolOptions { ReadySandboxes = AtOnce, MaximumSandboxes = 4 * AtOnce });
        await pool.WaitUntilReadyAsync();
        await using Field field = await Field.OfJudgesAsync(
            root, program,
            (FromPool, async () => (await pool.RunAsync(command)).EnsureSuccess()),
            (Field.Limited, () => Subject.RunOnceAsync(specification, command)));
        List<Series> sequential = Throughput(field, 1, options);
        List<Series> saturated = Throughput(field, AtOnce, options);
        List<Series> acquired = await AcquireAsync(root, pool, options);
        return new JudgingFigures(
            sequential, saturated, acquired, await OverrunAsync(specification, options), [.. field.Missing]);
    }

    private static List<Series> Throughput(Field field, int threads, CompareOptions options)
    {
        double[][] values = [.. field.Contestants.Select(_ => new double[options.JudgingRounds])];
        for (int round = -1; round < options.JudgingRounds; round++)
        {
            for (int i = 0; i < values.Length; i++)
            {
                Contestant contestant = field.Contestants[i];
                TimeSpan took = ParallelLaunches.Run(
                    threads, options.JudgingRuns, () => contestant.MeasureAsync().AsTask());
                if (round >= 0)
                {
                    values[i][round] = options.JudgingRuns / took.TotalSeconds;
                }
            }
        }

        return [.. field.Contestants.Select((contestant, i) => new Series(contestant.Name, values[i]))];
    }

    /// <summary>
    /// Measures single runs. The pool is full before each run; the cost of filling it is included in the runs per
    /// second.
    /// </summary>
    private static async Task<List<Series>> AcquireAsync(BenchmarkRoot root, SandboxPool pool, CompareOptions options)
    {
        SandboxCommand command = Subject.Command("/bin/true");
        return await InterleavedRun.RunAsync(
            [
                new RestedContestant(FromPool, pool, async () => (await pool.RunAsync(command)).EnsureSuccess()),
                new RestedContestant(Field.Process, pool, () => Subject.StartProcessAsync(root.ProgramPath("true"))),
            ],
            options.Runs, options.WarmUps);
    }

    private static async Task<Series> OverrunAsync(SandboxSpecification specification, CompareOptions options)
    {
        double[] values = new double[options.OverrunRuns];
        SandboxCommand command = Subject.Command("/bin/sleep", "1000") with { WallTime = WallTime };
        for (int i = 0; i < values.Length; i++)
        {
            SandboxResult result = await LinuxSandboxProvider.Default.RunAsync(specification, command);
            values[i] = result.Outcome == SandboxOutcome.WallTimeExceeded
                ? (result.WallTime - WallTime).TotalMicroseconds
                : throw new InvalidOperationException(
                    $"The program was expected to exceed its wall-time limit: {result}");
        }

        return new Series("overrun", values);
    }

    /// <summary>Starts a run when the pool is full and no sandbox is being created or removed.</summary>
    private sealed class RestedContestant(string name, SandboxPool pool, Func<Task> run) : Contestant(name)
    {
        internal override async ValueTask<double> MeasureAsync()
        {
            await pool.WaitUntilReadyAsync();
            while (pool.Status is { Creating: > 0 } or { Removing: > 0 })
            {
                await Task.Delay(1);
            }

            long begin = Stopwatch.GetTimestamp();
            await run();
            return Stopwatch.GetElapsedTime(begin).TotalMicroseconds;
        }

        public override ValueTask DisposeAsync() => default;
    }
}
