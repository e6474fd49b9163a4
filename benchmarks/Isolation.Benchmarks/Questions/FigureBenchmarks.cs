using BenchmarkDotNet.Attributes;
using Isolation.Benchmarks.Subjects;
using Isolation.Linux;

namespace Isolation.Benchmarks.Questions;

/// <summary>Measures the time to read the figures of a running sandbox.</summary>
[MemoryDiagnoser]
public class FigureBenchmarks
{
    private BenchmarkRoot _root = null!;
    private ISandbox _limited = null!;
    private ISandbox _unlimited = null!;

    [GlobalSetup]
    public async Task SetUp()
    {
        _root = new BenchmarkRoot();
        _limited = await LinuxSandboxProvider.Default.CreateAsync(Subject.LimitedSpecification(_root.Path));
        _unlimited = await LinuxSandboxProvider.Default.CreateAsync(Subject.Specification(_root.Path));
    }

    [GlobalCleanup]
    public async Task CleanUp()
    {
        await _limited.DisposeAsync();
        await _unlimited.DisposeAsync();
        _root.Dispose();
    }

    [Benchmark(Description = "Figures of cgroups")]
    public SandboxUsage Groups() => _limited.ReadUsage();

    [Benchmark(Description = "Figures of processes")]
    public SandboxUsage Processes() => _unlimited.ReadUsage();
}
