using System.Collections.Immutable;
using CodeJudge.Judging;

namespace CodeJudge.Live;

/// <summary>Represents the progress of a submission that is being judged.</summary>
/// <param name="Tests">The completed tests, in order of completion.</param>
/// <param name="IsJudged"><see langword="true"/> if the verdict is in the database.</param>
internal sealed record Progress(ImmutableArray<TestResult> Tests, bool IsJudged)
{
    public static Progress Begun { get; } = new([], false);
}
