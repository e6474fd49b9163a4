using Isolation.Benchmarks.Contestants;
using Isolation.Benchmarks.Subjects;
using Isolation.Linux;

namespace Isolation.Benchmarks.Comparing;

/// <summary>Measures the bytes that one run allocates on the managed heap, on all threads together.</summary>
internal static class AllocationRun
{
    internal static async Task<List<(string Name, long Bytes)>> RunAsync(BenchmarkRoot root, int runs)
    {
        SandboxSpecification specification = Subject.Specification(root.Path);
        SandboxCommand command = Subject.Command("/bin/true");
        await using ISandbox sandbox = await LinuxSandboxProvider.Default.CreateAsync(specification);
        return
        [
            (Field.OneShot, await MeasureAsync(runs, () => Subject.RunOnceAsync(specification, command))),
            (Field.Further, await MeasureAsync(runs, () => sandbox.RunAsync(command))),
            (Field.Process, await MeasureAsync(runs, () => Subject.StartProcessAsync(root.ProgramPath("true")))),
        ];
    }

    private static async Task<long> MeasureAsync(int runs, Func<Task> run)
    {
        const int WarmUps = 20;
        for (int i = 0; i < WarmUps; i++)
        {
            await run();
        }

        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < runs; i++)
        {
            await run();
        }

        return (GC.GetTotalAllocatedBytes(precise: true) - before) / runs;
    }
}
