using CodeJudge.Judging;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CodeJudge.Storage;

/// <summary>Stores submissions and verdicts.</summary>
/// <remarks>
/// Readers never wait, because of the write-ahead log. Writers wait for each other asynchronously in this class.
/// </remarks>
internal sealed class SubmissionStore(IDbContextFactory<JudgeDatabase> databases, TimeProvider time) : IDisposable
{
    /// <summary>See https://www.sqlite.org/rescode.html#constraint.</summary>
    private const int ConstraintFailed = 19;

    private readonly SemaphoreSlim _writing = new(1);
    private long _waiting;

    /// <summary>Gets the number of submissions without a verdict.</summary>
    public long Waiting => Interlocked.Read(ref _waiting);

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await using JudgeDatabase database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Database.EnsureCreatedAsync(cancellationToken);
        _waiting = await database.Submissions.LongCountAsync(submission => !submission.IsJudged, cancellationToken);
    }

    /// <summary>Adds a submission. The submission is durable when the task completes.</summary>
    /// <returns>The submission, the earlier submission with the same key, or null if the queue is full; and
    /// <see langword="true"/> if it is new.</returns>
    public Task<(Submission? Submission, bool IsNew)> AddAsync(
        string problem, string language, string source, string? key, int limit, CancellationToken cancellationToken) =>
        WriteAsync<(Submission?, bool)>(
            async database =>
            {
                if (key is not null
                    && await database.Submissions.FirstOrDefaultAsync(
                        earlier => earlier.Key == key, cancellationToken) is { } earlier)
                {
                    return (earlier, false);
                }

                if (Waiting >= limit)
                {
                    return (null, false);
                }

                Submission submission = new()
                {
                    Problem = problem,
                    Language = language,
                    Source = source,
                    Key = key,
                    ReceivedAt = time.GetUtcNow().UtcDateTime,
                };
                database.Submissions.Add(submission);
                await database.SaveChangesAsync(CancellationToken.None);
                Interlocked.Increment(ref _waiting);
                return (submission, true);
            },
            cancellationToken);

    /// <summary>Returns the next submissions without a verdict in order.</summary>
    public async Task<List<Submission>> FindWaitingAsync(long after, int count, CancellationToken cancellationToken)
    {
        await using JudgeDatabase database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Submissions.AsNoTracking()
            .Where(submission => !submission.IsJudged && submission.Id > after)
            .OrderBy(submission => submission.Id)
            .Take(count)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Records an attempt to judge a submission.</summary>
    /// <returns>The number of attempts, including this one.</returns>
    public Task<int> BeginAsync(long id, CancellationToken cancellationToken) => CountAsync(id, 1, cancellationToken);

    /// <summary>
    /// Reverts <see cref="BeginAsync"/> when the judge is stopped, which is not caused by the submission.
    /// </summary>
    public Task TakeBackAsync(long id, CancellationToken cancellationToken) => CountAsync(id, -1, cancellationToken);

    /// <summary>Stores a verdict in one transaction.</summary>
    /// <returns><see langword="false"/> if there is already a verdict, which is kept.</returns>
    public Task<bool> FinishAsync(long id, JudgedSubmission judged, CancellationToken cancellationToken) =>
        WriteAsync(
            async database =>
            {
                Submission submission = await database.Submissions.SingleAsync(
                    entry => entry.Id == id, cancellationToken);
                if (submission.IsJudged)
                {
                    return false;
                }

                submission.IsJudged = true;
                database.Judgements.Add(ToRow(id, judged));
                try
                {
                    await database.SaveChangesAsync(CancellationToken.None);
                }
                catch (DbUpdateException exception)
                    when (exception.InnerException is SqliteException { SqliteErrorCode: ConstraintFailed })
                {
                    return false;
                }

                Interlocked.Decrement(ref _waiting);
                return true;
            },
            cancellationToken);

    /// <summary>Returns a submission with its verdict, if any, or null.</summary>
    public async Task<Submission?> FindAsync(long id, CancellationToken cancellationToken)
    {
        await using JudgeDatabase database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Submissions.AsNoTracking()
            .Include(submission => submission.Judgement!.Tests.OrderBy(test => test.Number))
            .FirstOrDefaultAsync(submission => submission.Id == id, cancellationToken);
    }

    /// <summary>Returns the latest submissions without sources, details and tests.</summary>
    public async Task<List<Submission>> FindLatestAsync(long before, int count, CancellationToken cancellationToken)
    {
        await using JudgeDatabase database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Submissions.AsNoTracking()
            .Where(submission => submission.Id < before)
            .OrderByDescending(submission => submission.Id)
            .Take(count)
            .Select(submission => new Submission
            {
                Id = submission.Id,
                Problem = submission.Problem,
                Language = submission.Language,
                Source = "",
                ReceivedAt = submission.ReceivedAt,
                Attempts = submission.Attempts,
                IsJudged = submission.IsJudged,
                Judgement = submission.Judgement == null ? null : new Judgement
                {
                    SubmissionId = submission.Id,
                    Verdict = submission.Judgement.Verdict,
                    Detail = "",
                    JudgedAt = submission.Judgement.JudgedAt,
                    Passed = submission.Judgement.Passed,
                    CpuMilliseconds = submission.Judgement.CpuMilliseconds,
                    PeakMemory = submission.Judgement.PeakMemory,
                },
            })
            .ToListAsync(cancellationToken);
    }

    public void Dispose() => _writing.Dispose();

    private Task<int> CountAsync(long id, int change, CancellationToken cancellationToken) =>
        WriteAsync(
            async database =>
            {
                await database.Submissions.Where(submission => submission.Id == id)
                    .ExecuteUpdateAsync(
                        update => update.SetProperty(
                            submission => submission.Attempts, submission => submission.Attempts + change),
                        cancellationToken);
                return await database.Submissions.Where(submission => submission.Id == id)
                    .Select(submission => submission.Attempts).SingleAsync(cancellationToken);
            },
            cancellationToken);

    private async Task<T> WriteAsync<T>(Func<JudgeDatabase, Task<T>> write, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await using JudgeDatabase database = await databases.CreateDbContextAsync(cancellationToken);
            return await write(database);
        }
        finally
        {
            _writing.Release();
        }
    }

    private Judgement ToRow(long id, JudgedSubmission judged) => new()
    {
        SubmissionId = id,
        Verdict = judged.Verdict,
        Detail = judged.Detail,
        JudgedAt = time.GetUtcNow().UtcDateTime,
        Passed = judged.Tests.Count(test => test.Verdict == Verdict.Accepted),
        CpuMilliseconds = judged.Tests.Select(test => test.CpuMilliseconds).DefaultIfEmpty().Max(),
        PeakMemory = judged.Tests.Select(test => test.PeakMemory).DefaultIfEmpty().Max(),
        Tests = [.. judged.Tests.Select(test => new JudgedTest
        {
            SubmissionId = id,
            Number = test.Number,
            Verdict = test.Verdict,
            Detail = test.Detail,
            CpuMilliseconds = test.CpuMilliseconds,
            WallMilliseconds = test.WallMilliseconds,
            PeakMemory = test.PeakMemory,
        })],
    };
}
