using System.Runtime.CompilerServices;
using CodeJudge.Catalogue;
using CodeJudge.Languages;
using CodeJudge.Live;
using CodeJudge.Settings;
using CodeJudge.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace CodeJudge.Web;

/// <summary>Provides submissions over HTTP.</summary>
internal static class SubmissionApi
{
    private const int KeyLimit = 100;
    private const int MostListed = 200;
    private const int LongestWait = 60;

    public static void MapSubmissions(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/api/submissions");
        group.MapPost("/", SubmitAsync);
        group.MapGet("/", ListAsync);
        group.MapGet("/{id:long}", ReadAsync);
        group.MapGet("/{id:long}/events", WatchAsync);
    }

    private static async Task<Results<Accepted<AcceptedSubmission>, ValidationProblem, ProblemHttpResult>> SubmitAsync(
        NewSubmission submission,
        [FromHeader(Name = "Idempotency-Key")] string? key,
        ProblemCatalogue problems,
        LanguageSet languages,
        SubmissionStore store,
        JudgeQueue queue,
        IOptions<JudgeOptions> options,
        CancellationToken cancellationToken)
    {
        Dictionary<string, string[]> errors = [];
        LanguageStatus? language = submission.Language is null
            ? null
            : await languages.FindAsync(submission.Language, cancellationToken);
        if (submission.Problem is null || problems.Find(submission.Problem) is null)
        {
            errors["problem"] = [$"There is no problem '{submission.Problem}'."];
        }

        if (language is not { IsAvailable: true })
        {
            errors["language"] = [language?.Missing ?? $"There is no language '{submission.Language}'."];
        }

        if (string.IsNullOrWhiteSpace(submission.Source) || submission.Source.Length > options.Value.SourceLimit)
        {
            errors["source"] = [$"The source must have 1 to {options.Value.SourceLimit} characters."];
        }

        if (key is { Length: 0 or > KeyLimit })
        {
            errors["Idempotency-Key"] = [$"The key must have 1 to {KeyLimit} characters."];
        }

        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        (Submission? kept, bool isNew) = await store.AddAsync(
            submission.Problem!, submission.Language!, submission.Source!, key, options.Value.QueueLimit,
            cancellationToken);
        if (kept is null)
        {
            return TypedResults.Problem(
                "Too many submissions are waiting. Try again later.",
                statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        if (isNew)
        {
            queue.Signal();
        }

        string url = $"/api/submissions/{kept.Id}";
        return TypedResults.Accepted(url, new AcceptedSubmission(kept.Id, url));
    }

    private static async Task<SubmissionView[]> ListAsync(
        SubmissionStore store, ProblemCatalogue problems, CancellationToken cancellationToken,
        long before = long.MaxValue, int count = 50) =>
        [.. (await store.FindLatestAsync(before, Math.Clamp(count, 1, MostListed), cancellationToken))
            .Select(submission => SubmissionView.Of(submission, problems.Find(submission.Problem), null))];

    /// <summary>
    /// Returns a submission: immediately, or, with <paramref name="wait"/>, when it is judged or the specified number
    /// of seconds has passed.
    /// </summary>
    private static async Task<Results<Ok<SubmissionView>, NotFound>> ReadAsync(
        long id, SubmissionStore store, ProblemCatalogue problems, ProgressHub hub, IHostApplicationLifetime lifetime,
        CancellationToken cancellationToken, int wait = 0)
    {
        SubmissionView? last = null;
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, lifetime.ApplicationStopping);
        if (wait > 0)
        {
            patience.CancelAfter(TimeSpan.FromSeconds(Math.Min(wait, LongestWait)));
        }

        try
        {
            await foreach (SubmissionView view in ViewsAsync(id, store, problems, hub, patience.Token))
            {
                last = view with { Source = view.Source ?? last?.Source };
                if (wait <= 0)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (last is not null && !cancellationToken.IsCancellationRequested)
        {
            // The submission is not judged yet.
        }

        return last is null ? TypedResults.NotFound() : TypedResults.Ok(last);
    }

    private static async Task<Results<ServerSentEventsResult<SubmissionView>, NotFound>> WatchAsync(
        long id, SubmissionStore store, ProblemCatalogue problems, ProgressHub hub, IHostApplicationLifetime lifetime,
        CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is null
            ? TypedResults.NotFound()
            : TypedResults.ServerSentEvents(
                UntilStopAsync(ViewsAsync(id, store, problems, hub, cancellationToken), lifetime, cancellationToken),
                "progress");

    /// <summary>
    /// Returns the submission now and after each change until it is judged, or nothing if it does not exist. Only the
    /// first and the last item contain the source.
    /// </summary>
    private static async IAsyncEnumerable<SubmissionView> ViewsAsync(
        long id, SubmissionStore store, ProblemCatalogue problems, ProgressHub hub,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Submission? submission = null;
        await foreach (Progress? progress in hub.WatchAsync(id, cancellationToken))
        {
            // Read the database after subscribing to the hub, so that no verdict is missed in between.
            if (submission is null || progress is { IsJudged: true })
            {
                submission = await store.FindAsync(id, cancellationToken);
            }

            if (submission is null)
            {
                yield break;
            }

            yield return SubmissionView.Of(submission, problems.Find(submission.Problem), progress);

            // The source is sent only once, because there may be many long-lived watchers.
            submission.Source = "";
            if (submission.IsJudged)
            {
                yield break;
            }
        }
    }

    /// <summary>Ends a sequence when the judge is stopping, so that it does not wait for watchers.</summary>
    private static async IAsyncEnumerable<SubmissionView> UntilStopAsync(
        IAsyncEnumerable<SubmissionView> views, IHostApplicationLifetime lifetime,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, lifetime.ApplicationStopping);
        await using IAsyncEnumerator<SubmissionView> each = views.GetAsyncEnumerator(end.Token);
        while (await MoveAsync(each, end.Token))
        {
            yield return each.Current;
        }
    }

    private static async Task<bool> MoveAsync(IAsyncEnumerator<SubmissionView> each, CancellationToken end)
    {
        try
        {
            return await each.MoveNextAsync();
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return false;
        }
    }
}
