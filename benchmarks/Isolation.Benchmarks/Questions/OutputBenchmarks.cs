using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using Isolation.Benchmarks.Subjects;
using Isolation.Linux;

namespace Isolation.Benchmarks.Questions;

/// <summary>Measures the time to read the output of <c>cat</c>, <see cref="Size"/> bytes, into memory.</summary>
[MemoryDiagnoser]
public class OutputBenchmarks
{
    private BenchmarkRoot _root = null!;
    private ISandbox _sandbox = null!;
    private SandboxCommand _command = null!;
    private string _file = "";

    [Params(1 << 10, 1 << 20, 64 << 20)]
    public int Size { get; set; }

    [GlobalSetup]
    public async Task SetUp()
    {
        _root = new BenchmarkRoot();
        string inside = _root.AddData("text", Size);
        _file = _root.Path + inside;
        _command = new SandboxCommand("/bin/cat", inside)
        {
            StandardOutput = OutputTarget.Capture(Size),
            StandardError = OutputTarget.Null,
        };
        _sandbox = await LinuxSandboxProvider.Default.CreateAsync(Subject.Specification(_root.Path));
    }

    [GlobalCleanup]
    public async Task CleanUp()
    {
        await _sandbox.DisposeAsync();
        _root.Dispose();
    }

    [Benchmark(Baseline = true, Description = "Process.Start, bytes")]
    public async Task<int> ProcessBytes()
    {
        using Process process = StartRedirected();
        using MemoryStream all = new();
        await process.StandardOutput.BaseStream.CopyToAsync(all);
        await process.WaitForExitAsync();
        return Checked((int)all.Length);
    }

    [Benchmark(Description = "Process.Start, text")]
    public async Task<int> ProcessText()
    {
        using Process process = StartRedirected();
        string text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return Checked(text.Length);
    }

    [Benchmark(Description = "A further program, bytes")]
    public async Task<int> SandboxBytes() =>
        Checked((await _sandbox.RunAsync(_command)).EnsureSuccess().StandardOutput.Bytes.Length);

    [Benchmark(Description = "A further program, text")]
    public async Task<int> SandboxText() =>
        Checked((await _sandbox.RunAsync(_command)).EnsureSuccess().StandardOutput.Text.Length);

    private Process StartRedirected() =>
        Process.Start(new ProcessStartInfo(_root.ProgramPath("cat"), [_file]) { RedirectStandardOutput = true })!;

    private int Checked(int length) =>
        length == Size ? length : throw new InvalidOperationException($"Received {length} bytes instead of {Size}.");
}
