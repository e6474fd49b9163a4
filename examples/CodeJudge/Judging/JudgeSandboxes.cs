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
    private static readonly TimeSpan CompilerTime = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Compiles, and writes what came of it to standard output as an archive (tar). What the compiler says goes to standard error.
    /// </summary>
    public (SandboxSpecification Specification, SandboxCommand Command) OfCompiler(Language language, string source)
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

    /// <summary>Runs a compiled program; its standard streams are to be added.</summary>
    public (SandboxSpecification Specification, SandboxCommand Command) OfProgram(
        Language language, Problem problem, ImmutableArray<FileEntry> artifact)
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
            language.Run[0], [.. language.Run.Skip(1).Select(argument => argument.Replace("{memory}", mebibytes, StringComparison.Ordinal))])
        {
            Environment = EnvironmentOf(language),
            WorkingDirectory = "/tmp",
            CpuTime = time,
            WallTime = WallTimeOf(time),
            StandardOutput = OutputTarget.Capture(OutputLimit),
            StandardError = OutputTarget.Capture(OutputLimit),
            TotalOutput = OutputLimit,
            ResourceLimits = [new(LimitedResource.FileSize, ProgramFiles / 2, ProgramFiles / 2), new(LimitedResource.OpenFiles, OpenFiles, OpenFiles)],
        };
        return host.Limit(WithTemporaryFiles(specification, ProgramFiles), command, memory, language.Processes);
    }

    /// <summary>Long enough that a busy machine does not make a program late that computes, short enough that one that sleeps holds little up.</summary>
    private static TimeSpan WallTimeOf(TimeSpan cpuTime) => (cpuTime * 2) + TimeSpan.FromSeconds(3);

    private static ImmutableDictionary<string, string> EnvironmentOf(Language language) =>
        SandboxCommand.DefaultEnvironment.SetItem("HOME", "/tmp").SetItems(language.Environment);

    /// <summary>The preset's /tmp, in the size that fits. The number of files is limited too: each takes memory of the kernel.</summary>
    private static SandboxSpecification WithTemporaryFiles(SandboxSpecification specification, long size) => specification with
    {
        Mounts = [.. specification.Mounts.Select(mount => mount is TemporaryMount { Target: "/tmp" } files ? files with { Size = size, Inodes = 4096 } : mount)],
    };
}
