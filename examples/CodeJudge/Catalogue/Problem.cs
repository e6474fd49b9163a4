using System.Collections.Immutable;
using CodeJudge.Checking;

namespace CodeJudge.Catalogue;

/// <summary>A problem with its tests.</summary>
internal sealed record Problem
{
    /// <summary>The name of its directory.</summary>
    public required string Id { get; init; }

    public required string Title { get; init; }

    /// <summary>The statement, in plain text with blank lines between paragraphs.</summary>
    public required string Statement { get; init; }

    /// <summary>CPU time of a test, before what a language adds.</summary>
    public required TimeSpan TimeLimit { get; init; }

    /// <summary>Memory of a test in bytes, before what a language adds.</summary>
    public required long MemoryLimit { get; init; }

    /// <summary>How an answer is judged; null where an interactor talks with the program.</summary>
    public IChecker? Checker { get; init; }

    /// <summary>
    /// The program that talks with the program that is judged, executable by itself; null where there is only an
    /// answer. It is started with the path of the test's input, and ends with exit code 0 where all was right and 1
    /// where it was not, for the reason that it wrote to standard error.
    /// </summary>
    public byte[]? Interactor { get; init; }

    /// <summary>The tests in their order.</summary>
    public required ImmutableArray<ProblemTest> Tests { get; init; }

    /// <summary>How many of the first tests are shown as examples.</summary>
    public int Examples { get; init; }
}
