using Microsoft.Extensions.Time.Testing;
using static Isolation.Core.Tests.Pooling.PoolSamples;

namespace Isolation.Core.Tests.Pooling;

/// <summary>Disposal of a pool while sandboxes are leased or being created.</summary>
public sealed class SandboxPoolDisposalTests
{
    [Test]
    public async Task A_pool_that_is_disposed_waits_for_what_is_leased()
    {
        FakeSandboxProvider provider = new();
        SandboxPool pool = new(
            provider, Plain,
            new SandboxPoolOptions { ReadySandboxes = 1, MaximumSandboxes = 2, DrainTime = TimeSpan.FromHours(1) });
        SandboxLease lease = await pool.AcquireAsync();

        Task disposal = pool.DisposeAsync().AsTask();

        Assert.That(async () => await pool.AcquireAsync(), Throws.TypeOf<ObjectDisposedException>());
        Assert.That((await lease.Sandbox.RunAsync(True)).IsSuccess, Is.True);
        Assert.That(disposal.IsCompleted, Is.False);
        lease.Dispose();
        await disposal;
        await pool.DisposeAsync();
        Assert.That(provider.Sandboxes.Select(sandbox => sandbox.IsDisposed), Is.All.True);
        Assert.That(pool.Status.Total, Is.Zero);
    }

    [Test]
    public async Task What_is_leased_is_taken_away_in_the_end()
    {
        FakeTimeProvider time = new();
        FakeSandboxProvider provider = new();
        SandboxPool pool = new(
            provider, Plain, new SandboxPoolOptions
            {
                ReadySandboxes = 1,
                MaximumSandboxes = 1,
                DrainTime = TimeSpan.FromSeconds(5),
            }, timeProvider: time);
        SandboxLease lease = await pool.AcquireAsync();
        Task<SandboxLease> waiting = pool.AcquireAsync().AsTask();

        Task disposal = pool.DisposeAsync().AsTask();

        Assert.That(async () => await waiting, Throws.TypeOf<ObjectDisposedException>());
        while (!disposal.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        Assert.That(() => lease.Sandbox, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(provider.Sandboxes.Select(sandbox => sandbox.IsDisposed), Is.All.True);
    }

    [Test]
    public async Task What_is_being_made_when_the_pool_is_disposed_is_given_up()
    {
        GatedProvider provider = new();
        SandboxPool pool = new(provider, Plain, One);
        Task ready = pool.WaitUntilReadyAsync();

        await pool.DisposeAsync();

        Assert.That(async () => await ready, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(provider.Sandboxes, Is.Empty);
    }
}
