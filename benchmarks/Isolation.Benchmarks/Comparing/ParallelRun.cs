using Isolation.Benchmarks.Contestants;
using Isolation.Benchmarks.Subjects;

namespace Isolation.Benchmarks.Comparing;

/// <summary>Measures launches per second from several threads; the thread counts take turns.</summary>
internal static class ParallelRun
{
    internal static readonly int[] ThreadCounts = [1, 2, 4];

    internal static string Name(string launch, int threads) => $"{launch}, {threads} thread{(threads == 1 ? "" : "s")}";

    internal static List<Series> Run(BenchmarkRoot root, CompareOptions options)
    {
        SandboxSpecification specification = Subject.Specification(root.Path);
        SandboxCommand command = Subject.Command("/bin/true");
        (string Name, Func<Task> Launch)[] launches =
        [
            (Field.OneShot, () => Subject.RunOnceAsync(specification, command)),
            (Field.Process, () => Subject.StartProcessAsync(root.ProgramPath("true"))),
        ];
        (string Name, int Threads, Func<Task> Launch, double[] Values)[] cases =
        [
            .. launches.SelectMany(launch => ThreadCounts.Select(threads =>
                (Name(launch.Name, threads), threads, launch.Launch, new double[options.ParallelRounds]))),
        ];
        for (int round = -1; round < options.ParallelRounds; round++)
        {
            foreach ((_, int threads, Func<Task> launch, double[] values) in cases)
            {
                TimeSpan took = ParallelLaunches.Run(threads, options.ParallelLaunches, launch);
                if (round >= 0)
                {
                    values[round] = options.ParallelLaunches / took.TotalSeconds;
                }
            }
        }

        return [.. cases.Select(one => new Series(one.Name, one.Values))];
    }
}
