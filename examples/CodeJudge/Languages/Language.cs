using System.Collections.Immutable;
using Isolation;

namespace CodeJudge.Languages;

/// <summary>Describes how programs in a language are compiled and run.</summary>
internal sealed record Language
{
    /// <summary>Gets the ID in the API, such as <c>cpp</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the name on the page.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the file name of the source code.</summary>
    public required string SourceFile { get; init; }

    /// <summary>
    /// Gets the required programs, which are searched in the PATH of <see cref="SandboxCommand.DefaultEnvironment"/>.
    /// </summary>
    public ImmutableArray<string> Programs { get; init; } = [];

    /// <summary>Gets the shell commands that compile the source.</summary>
    /// <remarks>
    /// The commands run in <c>/box</c>, which contains the source. The files that they write to <c>/out</c> are in
    /// <c>/box</c> when the program runs.
    /// </remarks>
    public required string Compile { get; init; }

    /// <summary>
    /// Gets the command that runs the program. <c>{memory}</c> is replaced by <see cref="MemoryOf"/> in MiB.
    /// </summary>
    public required ImmutableArray<string> Run { get; init; }

    /// <summary>Gets a program that prints <c>hello</c>, to check whether the language works on this machine.</summary>
    public required string Hello { get; init; }

    /// <summary>Gets the environment variables of the compiler and the program.</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Gets the additional mounts of the compiler and the program.</summary>
    public ImmutableArray<MountEntry> Mounts { get; init; } = [];

    /// <summary>Gets the system call filter of the compiler.</summary>
    public SystemCallFilter CompilerCalls { get; init; } = SystemCallFilter.Judge;

    /// <summary>Gets the system call filter of the program.</summary>
    public SystemCallFilter ProgramCalls { get; init; } = SystemCallFilter.Judge;

    /// <summary>Gets the factor of the time limit, because the same algorithm takes longer in some languages.</summary>
    public double TimeFactor { get; init; } = 1;

    /// <summary>Gets the additional CPU time for starting the runtime.</summary>
    public TimeSpan StartTime { get; init; }

    /// <summary>Gets the additional memory of the runtime, in bytes.</summary>
    public long RuntimeMemory { get; init; }

    /// <summary>
    /// Gets the maximum number of processes and threads of a program, including those of the runtime.
    /// </summary>
    public int Processes { get; init; } = 64;

    /// <summary>Returns the CPU-time limit for a problem whose limit is <paramref name="limit"/>.</summary>
    public TimeSpan TimeOf(TimeSpan limit) => (limit * TimeFactor) + StartTime;

    /// <summary>Returns the memory limit in bytes for a problem whose limit is <paramref name="limit"/>.</summary>
    public long MemoryOf(long limit) => limit + RuntimeMemory;
}
