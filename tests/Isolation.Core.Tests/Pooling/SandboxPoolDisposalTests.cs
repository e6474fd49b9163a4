using Microsoft.Extensions.Time.Testing;
using static Isolation.Core.Tests.Pooling.PoolSamples;

namespace Isolation.Core.Tests.Pooling;

/// <summary>Tests the disposal of a pool while sandboxes are leased or being created.</summary>
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
    public async Task Leased_sandboxes_are_disposed_after_the_drain_time()
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
    public async Task Disposal_cancels_the_creation_of_sandboxes()
    {
        GatedProvider provider = new();
        SandboxPool pool = new(provider, Plain, One);
        Task ready = pool.WaitUntilReadyAsync();

        await pool.DisposeAsync();

        Assert.That(async () => await ready, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(provider.Sandboxes, Is.Empty);
    }
}
