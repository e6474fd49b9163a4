using CodeJudge.Judging;
using CodeJudge.Storage;
using Isolation.CodeJudge.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Isolation.CodeJudge.Tests.Storage;

public sealed class SubmissionStoreTests
{
    private const int Limit = 100;

    private static readonly JudgedSubmission Accepted = JudgedSubmission.Of(
        [new TestResult(1, Verdict.Accepted, "", 3, 5, 4096)]);

    private TemporaryDirectory _directory = null!;
    private Databases _databases = null!;
    private SubmissionStore _store = null!;

    [SetUp]
    public async Task SetUp()
    {
        _directory = new TemporaryDirectory();
        _databases = new Databases(_directory.Path);
        _store = new SubmissionStore(_databases, TimeProvider.System);
        await _store.OpenAsync(CancellationToken.None);
    }

    [TearDown]
    public void TearDown()
    {
        _store.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _directory.Dispose();
    }

    [Test]
    public async Task A_submission_has_one_verdict()
    {
        long id = await AddAsync();

        bool[] kept = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => _store.FinishAsync(id, Accepted, CancellationToken.None)));

        Assert.That(kept.Count(first => first), Is.EqualTo(1));
        Assert.That((await _store.FindAsync(id, CancellationToken.None))!.Judgement!.Tests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_database_itself_refuses_a_second_verdict()
    {
        long id = await AddAsync();
        await _store.FinishAsync(id, Accepted, CancellationToken.None);

        // Simulates two judges that use the same file.
        await using JudgeDatabase other = _databases.CreateDbContext();
        other.Judgements.Add(new Judgement { SubmissionId = id, Verdict = Verdict.WrongAnswer, Detail = "" });

        Assert.That(async () => await other.SaveChangesAsync(), Throws.InstanceOf<DbUpdateException>());
        Assert.That(
            (await _store.FindAsync(id, CancellationToken.None))!.Judgement!.Verdict, Is.EqualTo(Verdict.Accepted));
    }

    [Test]
    public async Task Concurrent_submissions_with_the_same_key_are_stored_once()
    {
        (Submission? Submission, bool IsNew)[] added = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(
                _ => _store.AddAsync("sum", "c", "text", "the key", Limit, CancellationToken.None)));

        Assert.That(added.Select(entry => entry.Submission!.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That(added.Count(entry => entry.IsNew), Is.EqualTo(1));
    }

    [Test]
    public async Task A_full_queue_takes_nothing_new_and_knows_what_it_has()
    {
        (Submission? first, _) = await _store.AddAsync("sum", "c", "text", "the key", 1, CancellationToken.None);

        Assert.That(
            (await _store.AddAsync("sum", "c", "text", "another key", 1, CancellationToken.None)).Submission, Is.Null);
        Assert.That(
            (await _store.AddAsync("sum", "c", "text", "the key", 1, CancellationToken.None)).Submission!.Id,
            Is.EqualTo(first!.Id));
        Assert.That(_store.Waiting, Is.EqualTo(1));
    }

    [Test]
    public async Task Waiting_submissions_are_found_in_order_after_reopening()
    {
        long[] ids = [await AddAsync(), await AddAsync(), await AddAsync(), await AddAsync()];
        await _store.FinishAsync(ids[1], Accepted, CancellationToken.None);

        using SubmissionStore again = new(_databases, TimeProvider.System);
        await again.OpenAsync(CancellationToken.None);

        Assert.That(again.Waiting, Is.EqualTo(3));
        Assert.That(
            (await again.FindWaitingAsync(0, 2, CancellationToken.None)).Select(entry => entry.Id),
            Is.EqualTo(new[] { ids[0], ids[2] }));
        Assert.That(
            (await again.FindWaitingAsync(ids[2], 2, CancellationToken.None)).Select(entry => entry.Id),
            Is.EqualTo(new[] { ids[3] }));
    }

    [Test]
    public async Task Attempts_are_counted_and_taken_back()
    {
        long id = await AddAsync();

        int first = await _store.BeginAsync(id, CancellationToken.None);
        await _store.TakeBackAsync(id, CancellationToken.None);
        int second = await _store.BeginAsync(id, CancellationToken.None);
        int third = await _store.BeginAsync(id, CancellationToken.None);

        Assert.That((first, second, third), Is.EqualTo((1, 1, 2)));
    }

    [Test]
    public async Task Commits_are_on_the_disk_before_they_return()
    {
        await using JudgeDatabase database = _databases.CreateDbContext();
        await database.Database.OpenConnectionAsync();

        Assert.That(Ask(database, "PRAGMA journal_mode"), Is.EqualTo("wal"));
        Assert.That(Ask(database, "PRAGMA synchronous"), Is.EqualTo("2"), "FULL");
    }

    private static string? Ask(JudgeDatabase database, string text)
    {
        using System.Data.Common.DbCommand command = database.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // a constant of this test
        command.CommandText = text;
#pragma warning restore CA2100
        return command.ExecuteScalar()?.ToString();
    }

    private async Task<long> AddAsync() =>
        (await _store.AddAsync("sum", "c", "text", null, Limit, CancellationToken.None)).Submission!.Id;

    private sealed class Databases(string directory) : IDbContextFactory<JudgeDatabase>
    {
        public JudgeDatabase CreateDbContext() => new(new DbContextOptionsBuilder<JudgeDatabase>()
            .UseSqlite($"Data Source={Path.Combine(directory, "judge.db")}")
            .AddInterceptors(new DurableConnections())
            .Options);
    }
}
