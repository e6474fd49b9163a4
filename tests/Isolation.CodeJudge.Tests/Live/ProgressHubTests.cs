using CodeJudge.Judging;
using CodeJudge.Live;

namespace Isolation.CodeJudge.Tests.Live;

public sealed class ProgressHubTests
{
    private readonly ProgressHub _hub = new();

    [Test]
    public async Task A_watcher_is_told_what_was_before_and_what_comes_until_the_end()
    {
        using IDisposable judging = _hub.Begin(7);
        _hub.Report(7, Test(1));
        await using IAsyncEnumerator<Progress?> watcher = _hub.WatchAsync(7, CancellationToken.None)
            .GetAsyncEnumerator();

        Assert.That(await watcher.MoveNextAsync() && watcher.Current!.Tests.Length == 1, "what was before");
        Task<bool> next = watcher.MoveNextAsync().AsTask();
        _hub.Report(7, Test(2));
        Assert.That(await next && watcher.Current!.Tests.Length == 2, "what comes");
        next = watcher.MoveNextAsync().AsTask();
        _hub.Finish(7);
        Assert.That(await next && watcher.Current!.IsJudged, "the end");
        Assert.That(await watcher.MoveNextAsync(), Is.False);
    }

    [Test]
    public async Task Rejudging_drops_the_earlier_tests()
    {
        using IDisposable judging = _hub.Begin(7);
        _hub.Report(7, Test(1));
        _hub.Restart(7);
        _hub.Report(7, Test(1));
        await using IAsyncEnumerator<Progress?> watcher = _hub.WatchAsync(7, CancellationToken.None)
            .GetAsyncEnumerator();

        Assert.That(await watcher.MoveNextAsync() && watcher.Current!.Tests.Length == 1);
    }

    [Test]
    public async Task A_slow_watcher_misses_steps_and_never_the_end()
    {
        await using IAsyncEnumerator<Progress?> watcher = _hub.WatchAsync(7, CancellationToken.None)
            .GetAsyncEnumerator();
        Assert.That(await watcher.MoveNextAsync() && watcher.Current is null, "It is not being judged.");

        using (_hub.Begin(7))
        {
            Enumerable.Range(1, 1000).ToList().ForEach(number => _hub.Report(7, Test(number)));
            _hub.Finish(7);
        }

        Assert.That(await watcher.MoveNextAsync() && watcher.Current is { IsJudged: true, Tests.Length: 1000 });
    }

    [Test]
    public async Task Nothing_is_held_of_what_is_neither_judged_nor_watched()
    {
        using CancellationTokenSource end = new();
        IAsyncEnumerator<Progress?> watcher = _hub.WatchAsync(1, end.Token).GetAsyncEnumerator();
        await watcher.MoveNextAsync();
        using (_hub.Begin(1))
        using (_hub.Begin(2))
        {
            Assert.That(_hub.Count, Is.EqualTo(2));
        }

        Assert.That(_hub.Count, Is.EqualTo(1), "still watched");
        await watcher.MoveNextAsync();
        Task<bool> waiting = watcher.MoveNextAsync().AsTask();
        await end.CancelAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_hub.Count, Is.Zero);
    }

    [Test]
    public async Task A_submission_that_is_judged_again_begins_anew()
    {
        using (_hub.Begin(7))
        {
            _hub.Report(7, Test(1));
        }

        using IDisposable again = _hub.Begin(7);
        await foreach (Progress? progress in _hub.WatchAsync(7, CancellationToken.None))
        {
            Assert.That(progress!.Tests, Is.Empty);
            break;
        }
    }

    private static TestResult Test(int number) => new(number, Verdict.Accepted, "", 1, 1, 1);
}
