using BenchmarkDotNet.Attributes;
using Isolation.Benchmarks.Subjects;

namespace Isolation.Benchmarks.Questions;

/// <summary>Measures launches from an application with and without many live objects.</summary>
public class HeapBenchmarks
{
    private readonly SandboxCommand _command = Subject.Command("/bin/true");
    private BenchmarkRoot _root = null!;
    private SandboxSpecification _specification = null!;
    private LiveObjects _objects = null!;

    [Params(0, 1024)]
    public int Megabytes { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _root = new BenchmarkRoot();
        _specification = Subject.Specification(_root.Path);
        _objects = new LiveObjects(Megabytes);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        GC.KeepAlive(_objects);
        _root.Dispose();
    }

    [Benchmark(Baseline = true, Description = "Process.Start")]
    public Task Process() => Subject.StartProcessAsync(_root.ProgramPath("true"));

    [Benchmark(Description = "Isolation")]
    public Task Sandbox() => Subject.RunOnceAsync(_specification, _command);
}
