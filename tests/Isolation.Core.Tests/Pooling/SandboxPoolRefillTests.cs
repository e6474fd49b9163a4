using Microsoft.Extensions.Time.Testing;
using static Isolation.Core.Tests.Pooling.PoolSamples;

namespace Isolation.Core.Tests.Pooling;

/// <summary>Tests the replacement of sandboxes that were leased or have ended.</summary>
public sealed class SandboxPoolRefillTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);

    [Test]
    public async Task A_sandbox_that_ends_while_it_waits_is_replaced()
    {
        FakeSandboxProvider provider = new();
        await using SandboxPool pool = new(provider, Plain, One);
        await pool.WaitUntilReadyAsync();

        await provider.Sandboxes[0].EndAsync();

        // The pool must not lease the ended sandbox, even if it has not noticed the end yet.
        using SandboxLease lease = await pool.AcquireAsync();
        Assert.That(lease.Sandbox, Is.SameAs(provider.Sandboxes[1]));
        Assert.That(() => provider.Sandboxes[0].IsDisposed, Is.True.After(Patience, Step));
    }

    [Test]
    public async Task A_sandbox_that_ends_while_it_waits_is_replaced_though_nobody_comes()
    {
        FakeSandboxProvider provider = new();
        await using SandboxPool pool = new(provider, Plain, One);
        await pool.WaitUntilReadyAsync();

        await provider.Sandboxes[0].EndAsync();

        Assert.That(() => (provider.Sandboxes.Length, pool.Status.Ready), Is.EqualTo((2, 1)).After(Patience, Step));
    }

    [Test]
    public async Task A_sandbox_that_ends_while_it_is_used_makes_room_when_it_is_given_back()
    {
        FakeSandboxProvider provider = new();
        await using SandboxPool pool = new(provider, Plain, One);
        using (SandboxLease lease = await pool.AcquireAsync())
        {
            await provider.Sandboxes[0].EndAsync();
            Assert.That(async () => await lease.Sandbox.RunAsync(True), Throws.TypeOf<SandboxException>());
        }

        Assert.That((await pool.RunAsync(True)).IsSuccess, Is.True);
    }

    [Test]
    public async Task A_place_is_filled_a_little_later_while_enough_are_left()
    {
        FakeTimeProvider time = new();
        GatedProvider provider = new();
        provider.Open(4);
        await using SandboxPool pool = new(
            provider, Plain, new SandboxPoolOptions
            {
                ReadySandboxes = 4,
                MaximumSandboxes = 20,
                MaximumCreating = 4,
                RefillDelay = Moment,
            }, timeProvider: time);
        await pool.WaitUntilReadyAsync();

        SandboxLease first = await pool.AcquireAsync();
        Assert.That(pool.Status.Creating, Is.Zero);
        time.Advance(Moment);
        Assert.That(pool.Status.Creating, Is.EqualTo(1));

        using SandboxLease second = await pool.AcquireAsync();
        Assert.That(pool.Status.Creating, Is.EqualTo(1));
        using SandboxLease third = await pool.AcquireAsync();
        Assert.That(pool.Status.Creating, Is.EqualTo(3), "Fewer than half are left.");
        time.Advance(Moment);
        Assert.That(pool.Status.Creating, Is.EqualTo(3));

        provider.Open();
        await pool.WaitUntilReadyAsync();
        first.Dispose();
    }

    [Test]
    public async Task A_place_is_filled_at_once_when_the_sandbox_that_had_it_is_given_back()
    {
        FakeTimeProvider time = new();
        GatedProvider provider = new();
        provider.Open(2);
        await using SandboxPool pool = new(
            provider, Plain, new SandboxPoolOptions { ReadySandboxes = 2, MaximumSandboxes = 20, RefillDelay = Moment },
            timeProvider: time);
        await pool.WaitUntilReadyAsync();

        SandboxLease lease = await pool.AcquireAsync();
        Assert.That(pool.Status.Creating, Is.Zero);
        lease.Dispose();
        Assert.That(pool.Status.Creating, Is.EqualTo(1));

        provider.Open();
    }
}
