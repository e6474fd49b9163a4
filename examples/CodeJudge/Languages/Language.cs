using System.Collections.Immutable;
using Isolation;

namespace CodeJudge.Languages;

/// <summary>How programs in a language are compiled and run.</summary>
internal sealed record Language
{
    /// <summary>The word in the API, such as <c>cpp</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The name on the page.</summary>
    public required string Name { get; init; }

    /// <summary>The name of the file that a submission becomes.</summary>
    public required string SourceFile { get; init; }

    /// <summary>
    /// The programs that it needs, in the directories of <see cref="SandboxCommand.DefaultEnvironment"/>'s PATH.
    /// </summary>
    public ImmutableArray<string> Programs { get; init; } = [];

    /// <summary>
    /// Shell commands that make what is run out of the source: run in <c>/box</c>, where the source is; what they put
    /// into <c>/out</c> is later found in <c>/box</c>.
    /// </summary>
    public required string Compile { get; init; }

    /// <summary>The command that runs it. <c>{memory}</c> stands for <see cref="MemoryOf"/> in MiB.</summary>
    public required ImmutableArray<string> Run { get; init; }

    /// <summary>A program that prints <c>hello</c>, to see whether the language works here.</summary>
    public required string Hello { get; init; }

    /// <summary>Variables of the environment, for compiler and program.</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What else is mounted, for compiler and program.</summary>
    public ImmutableArray<MountEntry> Mounts { get; init; } = [];

    /// <summary>System calls of the compiler.</summary>
    public SystemCallFilter CompilerCalls { get; init; } = SystemCallFilter.Judge;

    /// <summary>System calls of the program.</summary>
    public SystemCallFilter ProgramCalls { get; init; } = SystemCallFilter.Judge;

    /// <summary>
    /// By how much the time limit of a problem is multiplied, since the same algorithm takes longer in this language.
    /// </summary>
    public double TimeFactor { get; init; } = 1;

    /// <summary>CPU time that its runtime takes to start, on top.</summary>
    public TimeSpan StartTime { get; init; }

    /// <summary>Memory that its runtime takes, in bytes, on top of the limit of a problem.</summary>
    public long RuntimeMemory { get; init; }

    /// <summary>Processes and threads of a program; runtimes start some of their own.</summary>
    public int Processes { get; init; } = 64;

    /// <summary>The limit of CPU time for a problem whose limit is <paramref name="limit"/>.</summary>
    public TimeSpan TimeOf(TimeSpan limit) => (limit * TimeFactor) + StartTime;

    /// <summary>The limit of memory in bytes for a problem whose limit is <paramref name="limit"/>.</summary>
    public long MemoryOf(long limit) => limit + RuntimeMemory;
}
