using BenchmarkDotNet.Attributes;
using Isolation.Benchmarks.Subjects;
using Isolation.Linux.Commands;
using Isolation.Linux.Commands.Payloads;
using Isolation.Linux.Init;
using Isolation.Linux.Parts;
using Isolation.Linux.Planning;
using Isolation.Linux.Plans;
using Isolation.Linux.Programs;

namespace Isolation.Benchmarks.Questions;

/// <summary>Measures the time to lay programs out, before any system call.</summary>
[MemoryDiagnoser]
public class ProgramBuilderBenchmarks
{
    private readonly SandboxCommand _command = Subject.Command("/bin/true");
    private readonly ProgramBuilder _builder = new(InitProgram.ProgramAddress);
    private BenchmarkRoot _root = null!;
    private SandboxSpecification _specification = null!;
    private SandboxPlan _plan = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _root = new BenchmarkRoot();
        _specification = Subject.Specification(_root.Path);
        _plan = SandboxPlanner.Plan(_specification, PlanningHost.Current);
    }

    [GlobalCleanup]
    public void CleanUp() => _root.Dispose();

    /// <summary>Measures the work that is done once per specification.</summary>
    [Benchmark(Description = "Setup of a sandbox")]
    public object Compile() => SandboxPlanner.Plan(_specification, PlanningHost.Current);

    /// <summary>Measures the work that is done once per command.</summary>
    [Benchmark(Description = "Command")]
    public int Command()
    {
        _builder.Reset(InitProgram.ProgramAddress);
        PayloadSteps payload = new()
        {
            Command = _command,
            Specification = _specification,
            Setup = _plan,
            Descriptors = [new(0, 0), new(1, 1), new(2, 2)],
            Groups = 0..0,
            Streams = [],
            Filter = _plan.Filter,
            MakesCgroupNamespace = false,
            Processors = default,
        };
        CommandProgram.Build(_builder, payload, entry: 0, CommandOptions.ExitWithCommand);
        return _builder.Length;
    }

    /// <summary>Measures the validation, which is also done once per command.</summary>
    [Benchmark(Description = "Validation of a command")]
    public void Validate() => _command.ValidateForRun(_specification);
}
