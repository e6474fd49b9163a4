using System.Collections.Concurrent;
using Isolation.Linux.Events;
using Microsoft.Extensions.Time.Testing;

namespace Isolation.Linux.Tests.Events;

/// <summary>Tests the queue that uses one timer for all deadlines.</summary>
public sealed class DeadlineQueueTests
{
    private readonly CountingClock _clock = new();
    private readonly BlockingCollection<string> _acts = [];
    private readonly DeadlineQueue _queue;

    public DeadlineQueueTests() => _queue = new DeadlineQueue(_clock);

    [TearDown]
    public void TearDown() => Assert.That(_acts.TryTake(out string? further), Is.False, further);

    [OneTimeTearDown]
    public void DisposeActs() => _acts.Dispose();

    [Test]
    public void Each_comes_at_its_time_whatever_the_order_they_were_added_in()
    {
        Add("third", 30);
        Add("first", 10);
        Add("second", 20);

        foreach (string expected in (string[])["first", "second", "third"])
        {
            _clock.Advance(TimeSpan.FromMilliseconds(9));
            Assert.That(_acts.Count, Is.Zero, "too early");
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.That(Next(), Is.EqualTo(expected));
        }

        Assert.That(_queue.Count, Is.Zero);
    }

    [Test]
    public void All_of_them_have_one_timer()
    {
        for (int i = 0; i < 1000; i++)
        {
            Add($"{i}", 1000 - i).Dispose();
        }

        Assert.That((_clock.Timers, _queue.Count), Is.LessThanOrEqualTo((1, 0)));
    }

    [Test]
    public void One_that_was_given_up_does_not_come_and_takes_none_with_it()
    {
        DeadlineQueue.Deadline given = Add("given up", 10);
        Add("kept", 20);
        given.Dispose();
        given.Dispose();

        _clock.Advance(TimeSpan.FromMilliseconds(20));

        Assert.That(Next(), Is.EqualTo("kept"));
    }

    [Test]
    public void One_that_is_longer_than_any_timer_comes_all_the_same()
    {
        Add("late", TimeSpan.FromDays(200).TotalMilliseconds);
        for (int day = 0; day < 199; day++)
        {
            _clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.That(_acts.Count, Is.Zero);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.That(Next(), Is.EqualTo("late"));
    }

    [Test]
    public void The_longest_time_there_is_overflows_nothing()
    {
        using DeadlineQueue.Deadline never = _queue.Add(TimeSpan.MaxValue, "never", _acts.Add);
        Add("soon", 1);

        _clock.Advance(TimeSpan.FromDays(100));

        Assert.That(Next(), Is.EqualTo("soon"));
    }

    [Test]
    public void One_that_blocks_holds_up_no_other()
    {
        // The blocking thread may begin to wait after the test has ended, so these objects are not disposed.
        TaskCompletionSource released = new();
        using DeadlineQueue.Deadline blocking =
            _queue.Add(TimeSpan.FromMilliseconds(1), released.Task, static released => released.Wait());
        Add("other", 2);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        string? next = Next();
        released.SetResult();

        Assert.That(next, Is.EqualTo("other"));
    }

    private DeadlineQueue.Deadline Add(string name, double milliseconds) =>
        _queue.Add(TimeSpan.FromMilliseconds(milliseconds), name, _acts.Add);

    private string? Next() => _acts.TryTake(out string? act, TimeSpan.FromSeconds(30)) ? act : null;

    private sealed class CountingClock : FakeTimeProvider
    {
        internal int Timers { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timers++;
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
