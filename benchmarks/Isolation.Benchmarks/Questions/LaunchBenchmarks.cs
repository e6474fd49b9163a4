using BenchmarkDotNet.Attributes;
using Isolation.Benchmarks.Subjects;

namespace Isolation.Benchmarks.Questions;

/// <summary>
/// Measures the time and allocations to create a sandbox, run one program in it and dispose it.
/// </summary>
[MemoryDiagnoser]
public class LaunchBenchmarks
{
    private readonly SandboxCommand _command = Subject.Command("/bin/true");
    private BenchmarkRoot _root = null!;
    private SandboxSpecification _specification = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _root = new BenchmarkRoot();
        _specification = Subject.Specification(_root.Path);
    }

    [GlobalCleanup]
    public void CleanUp() => _root.Dispose();

    [Benchmark(Baseline = true, Description = "Process.Start")]
    public Task Process() => Subject.StartProcessAsync(_root.ProgramPath("true"));

    [Benchmark(Description = "Isolation")]
    public Task Sandbox() => Subject.RunOnceAsync(_specification, _command);
}
