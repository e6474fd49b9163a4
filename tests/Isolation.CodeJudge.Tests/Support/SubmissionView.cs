using CodeJudge.Judging;

namespace Isolation.CodeJudge.Tests.Support;

/// <summary>A submission as a client reads it from the API.</summary>
internal sealed record SubmissionView(
    long Id, string Problem, string Language, string State, Verdict? Verdict, string Detail, int Passed, int TestCount,
    int Attempts, TestResult[] Tests);
