using Microsoft.Extensions.Time.Testing;

namespace Isolation.Plugins.Tests;

/// <summary>The rate at which a plug-in may send requests.</summary>
public sealed class TokenBucketTests
{
    [Test]
    public void So_many_may_be_taken_in_a_second()
    {
        FakeTimeProvider time = new();
        TokenBucket bucket = new(10, time);

        Assert.That(Enumerable.Range(0, 20).Count(_ => bucket.TryTake(1, out TimeSpan _)), Is.EqualTo(10));
        time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.That(Enumerable.Range(0, 20).Count(_ => bucket.TryTake(1, out TimeSpan _)), Is.EqualTo(5));
        time.Advance(TimeSpan.FromHours(1));
        Assert.That(Enumerable.Range(0, 20).Count(_ => bucket.TryTake(1, out TimeSpan _)), Is.EqualTo(10));
    }

    [Test]
    public void More_than_there_are_leave_a_debt()
    {
        FakeTimeProvider time = new();
        TokenBucket bucket = new(10, time);

        Assert.That(bucket.TryTake(50, out TimeSpan wait), Is.True);
        Assert.That(wait, Is.EqualTo(TimeSpan.Zero));
        Assert.That(bucket.TryTake(1, out wait), Is.False);
        Assert.That(wait, Is.EqualTo(TimeSpan.FromSeconds(4.1)));
        time.Advance(wait);
        Assert.That(bucket.TryTake(1, out _), Is.True);
    }
}
