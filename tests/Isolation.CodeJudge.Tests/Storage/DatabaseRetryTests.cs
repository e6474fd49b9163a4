using CodeJudge.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Isolation.CodeJudge.Tests.Storage;

public sealed class DatabaseRetryTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task A_refused_write_is_retried_until_it_succeeds()
    {
        int calls = 0;
        Task<string> kept = Retry.RunAsync(
            () => ++calls < 3 ? throw new InvalidOperationException("The disk is full.") : Task.FromResult("kept"),
            CancellationToken.None);

        for (int round = 1; round < 3; round++)
        {
            Assert.That((calls, kept.IsCompleted), Is.EqualTo((round, false)));
            _time.Advance(DatabaseRetry.Pause);
            while (calls == round)
            {
                await Task.Yield();
            }
        }

        Assert.That(await kept, Is.EqualTo("kept"));
    }

    [Test]
    public void A_judge_that_is_stopped_does_not_wait_for_its_database()
    {
        using CancellationTokenSource stopping = new();
        Task<bool> kept = Retry.RunAsync<bool>(
            () => throw new InvalidOperationException("The disk is full."), stopping.Token);

        stopping.Cancel();

        Assert.That(async () => await kept, Throws.InstanceOf<OperationCanceledException>());
    }

    private DatabaseRetry Retry => new(_time, NullLogger<DatabaseRetry>.Instance);
}
