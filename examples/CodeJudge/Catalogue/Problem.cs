using System.Collections.Immutable;
using CodeJudge.Checking;

namespace CodeJudge.Catalogue;

/// <summary>Represents a problem and its tests.</summary>
internal sealed record Problem
{
    /// <summary>Gets the ID, which is the name of the problem's directory.</summary>
    public required string Id { get; init; }

    public required string Title { get; init; }

    /// <summary>Gets the statement, in plain text with blank lines between paragraphs.</summary>
    public required string Statement { get; init; }

    /// <summary>Gets the CPU-time limit of a test, without the allowance of a language.</summary>
    public required TimeSpan TimeLimit { get; init; }

    /// <summary>Gets the memory limit of a test in bytes, without the allowance of a language.</summary>
    public required long MemoryLimit { get; init; }

    /// <summary>Gets the checker of answers, or null if an interactor communicates with the program.</summary>
    public IChecker? Checker { get; init; }

    /// <summary>
    /// Gets the interactor, an executable program that communicates with the judged program, or null if only the answer
    /// counts.
    /// </summary>
    /// <remarks>
    /// The interactor receives the path of the test's input. It exits with code 0 if the solution is correct, and with
    /// code 1 and a reason on standard error if not.
    /// </remarks>
    public byte[]? Interactor { get; init; }

    /// <summary>Gets the tests in order.</summary>
    public required ImmutableArray<ProblemTest> Tests { get; init; }

    /// <summary>Gets the number of tests that are shown as examples, starting with the first.</summary>
    public int Examples { get; init; }
}
