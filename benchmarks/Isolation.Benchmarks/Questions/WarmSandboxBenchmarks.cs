using BenchmarkDotNet.Attributes;
using Isolation.Benchmarks.Subjects;
using Isolation.Linux;

namespace Isolation.Benchmarks.Questions;

/// <summary>Measures the time of another program in a running sandbox.</summary>
[MemoryDiagnoser]
public class WarmSandboxBenchmarks
{
    private readonly SandboxCommand _command = Subject.Command("/bin/true");
    private BenchmarkRoot _root = null!;
    private ISandbox _sandbox = null!;

    [GlobalSetup]
    public async Task SetUp()
    {
        _root = new BenchmarkRoot();
        _sandbox = await LinuxSandboxProvider.Default.CreateAsync(Subject.Specification(_root.Path));
    }

    [GlobalCleanup]
    public async Task CleanUp()
    {
        await _sandbox.DisposeAsync();
        _root.Dispose();
    }

    [Benchmark(Baseline = true, Description = "Process.Start")]
    public Task Process() => Subject.StartProcessAsync(_root.ProgramPath("true"));

    [Benchmark(Description = "A further program")]
    public async Task Further() => (await _sandbox.RunAsync(_command)).EnsureSuccess();
}
