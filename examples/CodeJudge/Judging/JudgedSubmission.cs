using System.Collections.Immutable;

namespace CodeJudge.Judging;

/// <summary>Represents the result of judging a submission.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Detail">The messages of the compiler, or the reason for the verdict.</param>
/// <param name="Tests">The tests in order, up to the deciding one.</param>
internal sealed record JudgedSubmission(Verdict Verdict, string Detail, ImmutableArray<TestResult> Tests)
{
    /// <summary>
    /// Creates a result from test results. The first test that is not accepted decides; later tests may have run
    /// concurrently and are omitted.
    /// </summary>
    public static JudgedSubmission Of(IEnumerable<TestResult> tests)
    {
        ImmutableArray<TestResult>.Builder counted = ImmutableArray.CreateBuilder<TestResult>();
        foreach (TestResult test in tests.OrderBy(test => test.Number))
        {
            counted.Add(test);
            if (test.Verdict != Verdict.Accepted)
            {
                return new JudgedSubmission(test.Verdict, test.Detail, counted.ToImmutable());
            }
        }

        return new JudgedSubmission(Verdict.Accepted, "", counted.ToImmutable());
    }
}
