using System.Collections.Immutable;
using CodeJudge.Catalogue;
using CodeJudge.Judging;
using CodeJudge.Languages;
using CodeJudge.Live;
using CodeJudge.Storage;

namespace CodeJudge.Web;

/// <summary>Represents a new submission of a client.</summary>
internal sealed record NewSubmission(string? Problem, string? Language, string? Source);

/// <summary>Represents the response to a new submission.</summary>
internal sealed record AcceptedSubmission(long Id, string Url);

/// <summary>Specifies the state of a submission.</summary>
internal enum SubmissionState
{
    Waiting,
    Running,
    Judged,
}

/// <summary>Represents a submission in responses. In lists, the source and the tests are omitted.</summary>
internal sealed record SubmissionView(
    long Id,
    string Problem,
    string Language,
    DateTime ReceivedAt,
    SubmissionState State,
    Verdict? Verdict,
    string Detail,
    DateTime? JudgedAt,
    int Passed,
    int TestCount,
    double CpuMilliseconds,
    long PeakMemory,
    int Attempts,
    ImmutableArray<TestResult> Tests,
    string? Source)
{
    public static SubmissionView Of(Submission submission, Problem? problem, Progress? progress)
    {
        Judgement? judgement = submission.Judgement;
        ImmutableArray<TestResult> tests = judgement is not null
            ? [.. judgement.Tests.Select(test =>
                new TestResult(
                    test.Number, test.Verdict, test.Detail, test.CpuMilliseconds, test.WallMilliseconds,
                    test.PeakMemory))]
            : [.. (progress?.Tests ?? []).OrderBy(test => test.Number)];
        return new SubmissionView(
            submission.Id,
            submission.Problem,
            submission.Language,
            DateTime.SpecifyKind(submission.ReceivedAt, DateTimeKind.Utc),
            judgement is not null ? SubmissionState.Judged : progress is not null
                ? SubmissionState.Running
                : SubmissionState.Waiting,
            judgement?.Verdict,
            judgement?.Detail ?? "",
            judgement is null ? null : DateTime.SpecifyKind(judgement.JudgedAt, DateTimeKind.Utc),
            judgement?.Passed ?? tests.Count(test => test.Verdict == Judging.Verdict.Accepted),
            problem?.Tests.Length ?? tests.Length,
            judgement?.CpuMilliseconds ?? 0,
            judgement?.PeakMemory ?? 0,
            submission.Attempts,
            tests,
            submission.Source.Length == 0 ? null : submission.Source);
    }
}

/// <summary>Represents an example of a problem.</summary>
internal sealed record ExampleView(string Input, string Output);

/// <summary>Represents a problem in responses.</summary>
internal sealed record ProblemView(
    string Id, string Title, string Statement, double TimeLimit, long MemoryLimit, int TestCount, bool IsInteractive,
    ImmutableArray<ExampleView> Examples)
{
    public static ProblemView Of(Problem problem) => new(
        problem.Id,
        problem.Title,
        problem.Statement,
        problem.TimeLimit.TotalSeconds,
        problem.MemoryLimit,
        problem.Tests.Length,
        problem.Interactor is not null,
        problem.Interactor is not null ? [] : [.. problem.Tests.Take(problem.Examples).Select(test => new ExampleView(
            System.Text.Encoding.UTF8.GetString(test.Input.Span),
            System.Text.Encoding.UTF8.GetString(test.Answer.Span)))]);
}

/// <summary>Represents a language in responses.</summary>
internal sealed record LanguageView(string Id, string Name, string? Missing)
{
    public static LanguageView Of(LanguageStatus status) =>
        new(status.Language.Id, status.Language.Name, status.Missing);
}

/// <summary>Represents the status of the judge.</summary>
/// <param name="Waiting">The number of submissions without a verdict.</param>
/// <param name="Workers">The maximum number of concurrent programs.</param>
/// <param name="Weakness">The description of limits that are weaker than intended on this machine, or null.</param>
/// <param name="Languages">The languages, with the reasons for missing ones.</param>
internal sealed record StatusView(long Waiting, int Workers, string? Weakness, ImmutableArray<LanguageView> Languages);
