using System.Collections.Immutable;

namespace CodeJudge.Judging;

/// <summary>What became of a submission.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Detail">What the compiler said, or why there is no other verdict.</param>
/// <param name="Tests">The tests up to the one that decided, in their order.</param>
internal sealed record JudgedSubmission(Verdict Verdict, string Detail, ImmutableArray<TestResult> Tests)
{
    /// <summary>
    /// The first test that was not accepted decides. Those behind it may have run beside it; they are left out.
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
