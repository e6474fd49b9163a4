using System.Threading.Channels;
using CodeJudge.Catalogue;
using CodeJudge.Judging;
using CodeJudge.Languages;
using CodeJudge.Live;
using CodeJudge.Settings;
using CodeJudge.Storage;
using Microsoft.Extensions.Options;

namespace CodeJudge;

/// <summary>
/// Judges waiting submissions while the judge is running, with one worker for each concurrent program.
/// </summary>
internal sealed class JudgeWorkers(
    JudgeQueue queue,
    SubmissionStore store,
    DatabaseRetry retry,
    SubmissionJudge judge,
    ProblemCatalogue problems,
    HostLimits limits,
    LanguageSet languages,
    ProgressHub hub,
    DataDirectory data,
    IOptions<JudgeOptions> options,
    ILogger<JudgeWorkers> logger) : BackgroundService
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await limits.FindAsync(stoppingToken);
        await languages.TryAllAsync(stoppingToken);
        int workers = options.Value.Workers;
        JudgeLog.Begin(logger, store.Waiting, workers, data.Path);
        Channel<Submission> channel = Channel.CreateBounded<Submission>(
            new BoundedChannelOptions(workers) { SingleWriter = true });
        await Task.WhenAll(
            Enumerable.Range(0, workers).Select(_ => WorkAsync(channel.Reader, stoppingToken))
                .Append(queue.FeedAsync(channel.Writer, workers, stoppingToken)));
    }

    private async Task WorkAsync(ChannelReader<Submission> submissions, CancellationToken stoppingToken)
    {
        await foreach (Submission submission in submissions.ReadAllAsync(stoppingToken))
        {
            using IDisposable judging = hub.Begin(submission.Id);
            await JudgeAsync(submission, stoppingToken);
        }
    }

    private async Task JudgeAsync(Submission submission, CancellationToken stoppingToken)
    {
        string reason = "the judge ended each time";
        while (true)
        {
            int attempt = await retry.RunAsync(() => store.BeginAsync(submission.Id, stoppingToken), stoppingToken);
            hub.Restart(submission.Id);
            if (attempt > options.Value.Attempts)
            {
                await FinishAsync(submission, new JudgedSubmission(
                    Verdict.JudgeError, $"The submission could not be judged in {attempt - 1} attempts: {reason}.", []),
                        stoppingToken);
                return;
            }

            try
            {
                await FinishAsync(submission, await DecideAsync(submission, stoppingToken), stoppingToken);
                return;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                await store.TakeBackAsync(submission.Id, CancellationToken.None);
                throw;
            }
            catch (Exception exception)
            {
                JudgeLog.AttemptFailed(logger, submission.Id, attempt, exception);
                reason = exception.Message.TrimEnd('.');
                await Task.Delay(PauseAfterFailure, stoppingToken);
            }
        }
    }

    private async Task<JudgedSubmission> DecideAsync(Submission submission, CancellationToken stoppingToken)
    {
        // Both existed when the submission was accepted, but the judge may have been restarted with other settings.
        LanguageStatus? language = await languages.FindAsync(submission.Language, stoppingToken);
        Problem? problem = problems.Find(submission.Problem);
        return language is not { IsAvailable: true } || problem is null
            ? new JudgedSubmission(Verdict.JudgeError, "The problem or the language is no longer available.", [])
            : await judge.JudgeAsync(
                language.Language, problem, submission.Source, test => hub.Report(submission.Id, test), stoppingToken);
    }

    private async Task FinishAsync(Submission submission, JudgedSubmission judged, CancellationToken stoppingToken)
    {
        if (await retry.RunAsync(() => store.FinishAsync(submission.Id, judged, stoppingToken), stoppingToken))
        {
            JudgeLog.Judged(logger, submission.Id, submission.Problem, submission.Language, judged.Verdict);
        }
        else
        {
            JudgeLog.AlreadyJudged(logger, submission.Id);
        }

        hub.Finish(submission.Id);
    }
}
