using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using CodeJudge.Catalogue;
using CodeJudge.Languages;
using Isolation;

namespace CodeJudge.Judging;

/// <summary>The sandboxes of compilers and of programs, and the limits of what runs in them.</summary>
internal sealed class JudgeSandboxes(HostLimits host)
{
    /// <summary>The most that a program may write to its standard output and standard error together.</summary>
    private const int OutputLimit = 4 << 20;

    /// <summary>The most that a compiled program may take.</summary>
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
    /// Compiles, and writes what came of it to standard output as an archive (tar). What the compiler says goes to
    /// standard error.
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

    /// <summary>Runs a compiled program on a test: it reads the input, and its output is the answer.</summary>
    public SandboxedProgram OfProgram(
        Language language, Problem problem, ImmutableArray<FileEntry> artifact, ProblemTest test)
    {
        SandboxedProgram program = OfTalkingProgram(language, problem, artifact);
        return program with
        {
            Command = program.Command with { StandardInput = InputSource.FromBytes(test.Input),
                StandardOutput = OutputTarget.Capture(OutputLimit) },
        };
    }

    /// <summary>Runs a compiled program whose standard input and output are somebody else's.</summary>
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

    /// <summary>Runs the interactor of a problem, which outlives the program that it talks with.</summary>
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
    /// Long enough that a busy machine does not make a program late that computes, short enough that one that sleeps
    /// holds little up.
    /// </summary>
    private static TimeSpan WallTimeOf(TimeSpan cpuTime) => (cpuTime * 2) + TimeSpan.FromSeconds(3);

    private static ImmutableDictionary<string, string> EnvironmentOf(Language language) =>
        SandboxCommand.DefaultEnvironment.SetItem("HOME", "/tmp").SetItems(language.Environment);

    /// <summary>
    /// The preset's /tmp, in the size that fits. The number of files is limited too: each takes memory of the kernel.
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
