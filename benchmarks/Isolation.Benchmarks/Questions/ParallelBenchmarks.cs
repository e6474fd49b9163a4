using BenchmarkDotNet.Attributes;
using Isolation.Benchmarks.Subjects;

namespace Isolation.Benchmarks.Questions;

/// <summary>
/// Measures the average time of a launch when several threads launch at once. Less time means more launches per second.
/// </summary>
public class ParallelBenchmarks
{
    private const int Launches = 64;

    private readonly SandboxCommand _command = Subject.Command("/bin/true");
    private BenchmarkRoot _root = null!;
    private SandboxSpecification _specification = null!;

    [Params(1, 2, 4)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _root = new BenchmarkRoot();
        _specification = Subject.Specification(_root.Path);
    }

    [GlobalCleanup]
    public void CleanUp() => _root.Dispose();

    [Benchmark(Baseline = true, Description = "Process.Start", OperationsPerInvoke = Launches)]
    public void Processes() =>
        ParallelLaunches.Run(Threads, Launches, () => Subject.StartProcessAsync(_root.ProgramPath("true")));

    [Benchmark(Description = "Isolation", OperationsPerInvoke = Launches)]
    public void Sandboxes() =>
        ParallelLaunches.Run(Threads, Launches, () => Subject.RunOnceAsync(_specification, _command));
}
