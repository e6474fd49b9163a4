using System.Collections.Immutable;
using CodeJudge.Judging;

namespace CodeJudge.Live;

/// <summary>How far a submission is that is being judged.</summary>
/// <param name="Tests">The tests that have ended, in the order in which they did.</param>
/// <param name="IsJudged">Whether the verdict is in the database.</param>
internal sealed record Progress(ImmutableArray<TestResult> Tests, bool IsJudged)
{
    public static Progress Begun { get; } = new([], false);
}
