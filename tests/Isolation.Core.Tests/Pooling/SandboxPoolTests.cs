using static Isolation.Core.Tests.Pooling.PoolSamples;

namespace Isolation.Core.Tests.Pooling;

/// <summary>Tests leases, the order of callers, and limits.</summary>
public sealed class SandboxPoolTests
{
    [Test]
    public async Task It_fills_before_anybody_comes()
    {
        FakeSandboxProvider provider = new();
        await using SandboxPool pool = new(
            provider, Plain, new SandboxPoolOptions { ReadySandboxes = 3, MaximumSandboxes = 5 });

        await pool.WaitUntilReadyAsync();

        Assert.That((pool.Status.Ready, pool.Status.Total, pool.Name), Is.EqualTo((3, 3, "plain")));
        Assert.That(provider.Sandboxes.Select(sandbox => sandbox.Specification), Is.All.SameAs(Plain));
    }

    [Test]
    public async Task Each_sandbox_is_leased_once_and_removed_when_it_is_given_back()
    {
        FakeSandboxProvider provider = new();
        await using SandboxPool pool = new(
            provider, Plain, new SandboxPoolOptions { ReadySandboxes = 1, MaximumSandboxes = 2 });
        HashSet<ISandbox> seen = [];
        for (int i = 0; i < 20; i++)
        {
            using SandboxLease lease = await pool.AcquireAsync();
            Assert.That(lease.Sandbox.Ended.IsCompleted, Is.False);
            Assert.That(seen.Add(lease.Sandbox), Is.True);
        }

        foreach (ISandbox sandbox in seen)
        {
            await sandbox.Ended;
        }
    }

    [Test]
    public async Task A_returned_lease_gives_no_access_and_can_be_returned_twice()
    {
        await using SandboxPool pool = new(new FakeSandboxProvider(), Plain, One);
        SandboxLease lease = await pool.AcquireAsync();
        lease.Dispose();
        lease.Dispose();

        Assert.That(() => lease.Sandbox, Throws.TypeOf<ObjectDisposedException>());
        await pool.WaitUntilReadyAsync();
        Assert.That(pool.Status.Total, Is.EqualTo(1));
    }

    [Test]
    public async Task Callers_are_served_in_order()
    {
        await using SandboxPool pool = new(new FakeSandboxProvider(), Plain, One);
        SandboxLease lease = await pool.AcquireAsync();
        Task<SandboxLease>[] waiting = [.. Enumerable.Range(0, 10).Select(_ => pool.AcquireAsync().AsTask())];
        foreach (Task<SandboxLease> next in waiting)
        {
            Assert.That(waiting.Count(task => task.IsCompleted), Is.EqualTo(Array.IndexOf(waiting, next)));
            lease.Dispose();
            lease = await next;
        }

        lease.Dispose();
    }

    [Test]
    public async Task There_are_never_more_than_may_be()
    {
        GatedProvider provider = new GatedProvider().Open();
        await using SandboxPool pool = new(
            provider, Plain, new SandboxPoolOptions { ReadySandboxes = 2, MaximumSandboxes = 3, MaximumCreating = 3 });

        SandboxResult[] results = await Task.WhenAll(
            Enumerable.Range(0, 500).Select(_ => Task.Run(() => pool.RunAsync(True))));

        Assert.That(results.Select(result => result.IsSuccess), Is.All.True);
        Assert.That(provider.MostAlive, Is.InRange(1, 3));
        Assert.That(provider.Sandboxes, Has.Length.GreaterThanOrEqualTo(500));
    }

    [Test]
    public async Task No_more_are_made_at_once_than_may_be()
    {
        GatedProvider provider = new();
        await using SandboxPool pool = new(
            provider, Plain, new SandboxPoolOptions
            {
                ReadySandboxes = 8,
                MaximumSandboxes = 8,
                MaximumCreating = 2,
                DrainTime = TimeSpan.Zero,
            });

        Assert.That(pool.Status.Creating, Is.EqualTo(2));
        provider.Open(1);
        Assert.That(() => (pool.Status.Ready, pool.Status.Creating), Is.EqualTo((1, 2)).After(Patience, Step));
        provider.Open(7);
        await pool.WaitUntilReadyAsync();
    }

    [Test]
    public async Task One_who_gives_up_waiting_is_passed_over()
    {
        await using SandboxPool pool = new(new FakeSandboxProvider(), Plain, One);
        SandboxLease lease = await pool.AcquireAsync();
        using CancellationTokenSource impatient = new();
        Task<SandboxLease> first = pool.AcquireAsync(impatient.Token).AsTask();
        Task<SandboxLease> second = pool.AcquireAsync().AsTask();

        await impatient.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(pool.Status.Waiting, Is.EqualTo(1));
        lease.Dispose();

        using SandboxLease last = await second;
        Assert.That(
            async () => await pool.AcquireAsync(impatient.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Beyond_those_who_may_wait_the_next_is_refused()
    {
        SandboxPoolOptions options = One;
        options.MaximumWaiting = 1;
        await using SandboxPool pool = new(new FakeSandboxProvider(), Plain, options);
        using SandboxLease lease = await pool.AcquireAsync();
        Task<SandboxLease> waiting = pool.AcquireAsync().AsTask();

        Assert.That(
            async () => await pool.AcquireAsync(), Throws.TypeOf<SandboxPoolFullException>().With.Message.Contains(
                "'plain', which has at most 1"));
        lease.Dispose();
        (await waiting).Dispose();
    }

    [Test]
    public async Task A_command_that_contradicts_itself_costs_no_sandbox()
    {
        FakeSandboxProvider provider = new();
        await using SandboxPool pool = new(provider, Plain, One);
        await pool.WaitUntilReadyAsync();

        Assert.That(
            async () => await pool.RunAsync(True with { StandardInput = InputSource.Pipe }),
            Throws.TypeOf<SandboxSpecificationException>());
        Assert.That((pool.Status.Ready, provider.Sandboxes.Length), Is.EqualTo((1, 1)));
    }

    [TestCase(0, 0, 1)]
    [TestCase(2, 1, 1)]
    [TestCase(1, 1, 0)]
    public void Numbers_that_contradict_each_other_are_refused(int ready, int maximum, int creating) => Assert.That(
        () => new SandboxPool(
            new FakeSandboxProvider(), Plain,
            new SandboxPoolOptions { ReadySandboxes = ready, MaximumSandboxes = maximum, MaximumCreating = creating }),
        Throws.ArgumentException);
}
