using BenchmarkDotNet.Attributes;
using Isolation.Benchmarks.Subjects;
using Isolation.Linux;

namespace Isolation.Benchmarks.Questions;

/// <summary>Measures the allocations of each way to run a program; see the column Allocated.</summary>
[MemoryDiagnoser]
public class AllocationBenchmarks
{
    private readonly SandboxCommand _silent = Subject.Command("/bin/true");
    private readonly SandboxCommand _captured = new("/bin/true");
    private readonly SandboxCommand _timed = Subject.Command("/bin/true") with { WallTime = TimeSpan.FromMinutes(1) };
    private BenchmarkRoot _root = null!;
    private SandboxSpecification _specification = null!;
    private ISandbox _sandbox = null!;

    [GlobalSetup]
    public async Task SetUp()
    {
        _root = new BenchmarkRoot();
        _specification = Subject.Specification(_root.Path);
        _sandbox = await LinuxSandboxProvider.Default.CreateAsync(_specification);
    }

    [GlobalCleanup]
    public async Task CleanUp()
    {
        await _sandbox.DisposeAsync();
        _root.Dispose();
    }

    [Benchmark(Baseline = true, Description = "Process.Start")]
    public Task Process() => Subject.StartProcessAsync(_root.ProgramPath("true"));

    [Benchmark(Description = "Isolation, output discarded")]
    public Task Silent() => Subject.RunOnceAsync(_specification, _silent);

    [Benchmark(Description = "Isolation, output captured")]
    public Task Captured() => Subject.RunOnceAsync(_specification, _captured);

    [Benchmark(Description = "Isolation, with a time limit")]
    public Task Timed() => Subject.RunOnceAsync(_specification, _timed);

    [Benchmark(Description = "A further program")]
    public async Task Further() => (await _sandbox.RunAsync(_silent)).EnsureSuccess();

    [Benchmark(Description = "A further program, output captured")]
    public async Task FurtherCaptured() => (await _sandbox.RunAsync(_captured)).EnsureSuccess();
}
