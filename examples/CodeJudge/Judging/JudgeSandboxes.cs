using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using CodeJudge.Catalogue;
using CodeJudge.Languages;
using Isolation;

namespace CodeJudge.Judging;

/// <summary>Creates the sandboxes of compilers and programs, with the limits of their commands.</summary>
internal sealed class JudgeSandboxes(HostLimits host)
{
    /// <summary>The maximum size of a program's standard output and standard error together, in bytes.</summary>
    private const int OutputLimit = 4 << 20;

    /// <summary>The maximum size of a compiled program, in bytes.</summary>
    private const int ArtifactLimit = 32 << 20;

    private const int MessageLimit = 64 << 10;
    private const long CompilerMemory = 512L << 20;
    private const int CompilerProcesses = 128;
    private const long ProgramFiles = 16L << 20;
    private const ulong OpenFiles = 256;
    private const string InteractorPath = "/box/interactor";
    private const string TestPath = "/box/test";
    private const long InteractorMemory = 64L << 20;
    private const int InteractorProcesses = 16;
    private static readonly TimeSpan CompilerTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan InteractorTime = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Creates a sandbox that compiles a program, writes the result to standard output as a tar archive, and writes
    /// compiler messages to standard error.
    /// </summary>
    public SandboxedProgram OfCompiler(Language language, string source)
    {
        SandboxSpecification specification = SandboxPresets.Judge()
            .WithName("compile")
            .WithSystemCalls(language.CompilerCalls)
            .AddToRoot(root => root
                .Temporary("/box", ArtifactLimit)
                .Temporary("/out", ArtifactLimit)
                .Mount(language.Mounts.AsSpan())
                .File("/box/" + language.SourceFile, Encoding.UTF8.GetBytes(source)))
            .Build();
        SandboxCommand command = new("sh", "-c", $"{{ {language.Compile}; }} >&2 && exec tar -cf - -C /out .")
        {
            Environment = EnvironmentOf(language),
            WorkingDirectory = "/box",
            CpuTime = CompilerTime,
            WallTime = WallTimeOf(CompilerTime),
            StandardOutput = OutputTarget.Capture(ArtifactLimit),
            StandardError = OutputTarget.Capture(MessageLimit),
            ResourceLimits = [new(LimitedResource.FileSize, ArtifactLimit, ArtifactLimit)],
        };
        return host.Limit(WithTemporaryFiles(specification, ArtifactLimit), command, CompilerMemory, CompilerProcesses);
    }

    /// <summary>
    /// Creates a sandbox that runs a compiled program on a test. The program reads the input and writes the answer.
    /// </summary>
    public SandboxedProgram OfProgram(
        Language language, Problem problem, ImmutableArray<FileEntry> artifact, ProblemTest test)
    {
        SandboxedProgram program = OfTalkingProgram(language, problem, artifact);
        return program with
        {
            Command = program.Command with
            {
                StandardInput = InputSource.FromBytes(test.Input),
                StandardOutput = OutputTarget.Capture(OutputLimit),
            },
        };
    }

    /// <summary>
    /// Creates a sandbox that runs a compiled program whose standard input and output are connected to an interactor.
    /// </summary>
    public SandboxedProgram OfTalkingProgram(Language language, Problem problem, ImmutableArray<FileEntry> artifact)
    {
        TimeSpan time = language.TimeOf(problem.TimeLimit);
        long memory = language.MemoryOf(problem.MemoryLimit);
        string mebibytes = (memory >> 20).ToString(CultureInfo.InvariantCulture);
        SandboxSpecification specification = SandboxPresets.Judge()
            .WithName("run")
            .WithSystemCalls(language.ProgramCalls)
            .AddToRoot(root => root.Mount([.. language.Mounts.Where(mount => mount is not FileEntry), .. artifact]))
            .Build();
        SandboxCommand command = new(
            language.Run[0],
            [.. language.Run.Skip(1).Select(
                argument => argument.Replace("{memory}", mebibytes, StringComparison.Ordinal))])
        {
            Environment = EnvironmentOf(language),
            WorkingDirectory = "/tmp",
            CpuTime = time,
            WallTime = WallTimeOf(time),
            StandardError = OutputTarget.Capture(OutputLimit),
            TotalOutput = OutputLimit,
            ResourceLimits = [new(LimitedResource.FileSize, ProgramFiles / 2, ProgramFiles / 2),
                new(LimitedResource.OpenFiles, OpenFiles, OpenFiles)],
        };
        return host.Limit(WithTemporaryFiles(specification, ProgramFiles), command, memory, language.Processes);
    }

    /// <summary>
    /// Creates a sandbox that runs the interactor of a problem, which outlives the program that it communicates with.
    /// </summary>
    public SandboxedProgram OfInteractor(byte[] interactor, ProblemTest test, SandboxCommand program)
    {
        SandboxSpecification specification = SandboxPresets.Judge()
            .WithName("interactor")
            .AddToRoot(root => root
                .Mount(new FileEntry(InteractorPath, interactor) { Mode = (UnixFileMode)0b101_101_101 })
                .File(TestPath, test.Input))
            .Build();
        SandboxCommand command = new(InteractorPath, TestPath)
        {
            CpuTime = InteractorTime,
            WallTime = program.WallTime + InteractorTime,
            StandardError = OutputTarget.Capture(MessageLimit),
            TotalOutput = OutputLimit,
        };
        return host.Limit(specification, command, InteractorMemory, InteractorProcesses);
    }

    /// <summary>
    /// Returns a wall-time limit that a computing program does not reach on a busy machine, but that bounds the delay
    /// by a sleeping program.
    /// </summary>
    private static TimeSpan WallTimeOf(TimeSpan cpuTime) => (cpuTime * 2) + TimeSpan.FromSeconds(3);

    private static ImmutableDictionary<string, string> EnvironmentOf(Language language) =>
        SandboxCommand.DefaultEnvironment.SetItem("HOME", "/tmp").SetItems(language.Environment);

    /// <summary>
    /// Sets the size of the preset's /tmp. The number of files is limited too, because each file uses kernel memory.
    /// </summary>
    private static SandboxSpecification WithTemporaryFiles(SandboxSpecification specification, long size) =>
        specification with
        {
            Mounts = [.. specification.Mounts.Select(
            mount => mount is TemporaryMount { Target: "/tmp" } files
            ? files with { Size = size, Inodes = 4096 }
            : mount)],
        };
}
