using CodeJudge.Judging;

namespace CodeJudge.Catalogue;

/// <summary>Represents a sample program to try the judge with.</summary>
/// <param name="Name">The name on the page.</param>
/// <param name="IsHostile"><see langword="true"/> if the program attacks the judge.</param>
/// <param name="Problem">The problem that the program is submitted for.</param>
/// <param name="Language">The language of the program.</param>
/// <param name="Expected">The expected verdicts, one of which must result.</param>
/// <param name="Source">The source code.</param>
internal sealed record SampleProgram(
    string Name, bool IsHostile, string Problem, string Language, IReadOnlyList<Verdict> Expected, string Source);
