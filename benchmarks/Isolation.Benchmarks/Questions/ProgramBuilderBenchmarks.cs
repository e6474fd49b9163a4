using BenchmarkDotNet.Attributes;
using Isolation.Benchmarks.Subjects;
using Isolation.Linux.Host;
using Isolation.Linux.Init;
using Isolation.Linux.Programs;
using Isolation.Linux.Commands;
using Isolation.Linux.Plans;
using Isolation.Linux.Planning;

namespace Isolation.Benchmarks.Questions;

/// <summary>What does it cost to lay programs out, before the kernel is asked for anything?</summary>
[MemoryDiagnoser]
public class ProgramBuilderBenchmarks
{
    private readonly SandboxCommand _command = Subject.Command("/bin/true");
    private readonly ProgramBuilder _builder = new(InitProgram.ProgramAddress);
    private BenchmarkRoot _root = null!;
    private SandboxSpecification _specification = null!;
    private CompiledSetup _setup = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _root = new BenchmarkRoot();
        _specification = Subject.Specification(_root.Path);
        _setup = SetupCompiler.Compile(_specification, ProcessCredentials.Current);
    }

    [GlobalCleanup]
    public void CleanUp() => _root.Dispose();

    /// <summary>Once per specification.</summary>
    [Benchmark(Description = "Set-up of a sandbox")]
    public object Compile() => SetupCompiler.Compile(_specification, ProcessCredentials.Current);

    /// <summary>Once per command.</summary>
    [Benchmark(Description = "Command")]
    public int Command()
    {
        _builder.Reset(InitProgram.ProgramAddress);
        CommandProgram.Build(
            _builder, _command, _specification, _setup, [new(0, 0), new(1, 1), new(2, 2)], 0..0, [], entry: 0,
            CommandOptions.ExitWithCommand, _setup.Filter);
        return _builder.Length;
    }

    /// <summary>Once per command as well.</summary>
    [Benchmark(Description = "Validation of a command")]
    public void Validate() => _command.ValidateForRun(_specification);
}
