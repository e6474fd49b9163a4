using CodeJudge.Judging;

namespace CodeJudge.Catalogue;

/// <summary>A program that comes along, to try the judge with.</summary>
/// <param name="Name">What it is called on the page.</param>
/// <param name="IsHostile">Whether it attacks the judge.</param>
/// <param name="Problem">The problem that it is sent in for.</param>
/// <param name="Language">Its language.</param>
/// <param name="Expected">The verdicts of which it must get one.</param>
/// <param name="Source">Its source.</param>
internal sealed record SampleProgram(
    string Name, bool IsHostile, string Problem, string Language, IReadOnlyList<Verdict> Expected, string Source);
