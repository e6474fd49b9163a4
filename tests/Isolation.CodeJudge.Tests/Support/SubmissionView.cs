using CodeJudge.Judging;

namespace Isolation.CodeJudge.Tests.Support;

/// <summary>What the API says of a submission, as a client reads it.</summary>
internal sealed record SubmissionView(
    long Id, string Problem, string Language, string State, Verdict? Verdict, string Detail, int Passed, int TestCount,
    int Attempts, TestResult[] Tests);
