using Microsoft.Extensions.Time.Testing;

namespace Isolation.Core.Tests.Pooling;

public sealed class SandboxPoolTests
{
    private const int Patience = 20_000;
    private const int Step = 2;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);
    private static readonly SandboxSpecification Plain = new() { Name = "plain" };
    private static readonly SandboxCommand True = new("true");

    private static SandboxPoolOptions Few =>
        new() { ReadySandboxes = 1, MaximumSandboxes = 1, DrainTime = TimeSpan.Zero };

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
    public async Task What_was_given_back_is_out_of_reach_and_giving_it_back_twice_does_nothing()
    {
        await using SandboxPool pool = new(new FakeSandboxProvider(), Plain, Few);
        SandboxLease lease = await pool.AcquireAsync();
        lease.Dispose();
        lease.Dispose();

        Assert.That(() => lease.Sandbox, Throws.TypeOf<ObjectDisposedException>());
        await pool.WaitUntilReadyAsync();
        Assert.That(pool.Status.Total, Is.EqualTo(1));
    }

    [Test]
    public async Task Who_comes_first_is_served_first()
    {
        await using SandboxPool pool = new(new FakeSandboxProvider(), Plain, Few);
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
            provider, Plain, new SandboxPoolOptions { ReadySandboxes = 8, MaximumSandboxes = 8, MaximumCreating = 2,
                DrainTime = TimeSpan.Zero });

        Assert.That(pool.Status.Creating, Is.EqualTo(2));
        provider.Open(1);
        Assert.That(() => (pool.Status.Ready, pool.Status.Creating), Is.EqualTo((1, 2)).After(Patience, Step));
        provider.Open(7);
        await pool.WaitUntilReadyAsync();
    }

    [Test]
    public async Task One_who_gives_up_waiting_is_passed_over()
    {
        await using SandboxPool pool = new(new FakeSandboxProvider(), Plain, Few);
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
        SandboxPoolOptions options = Few;
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
        await using SandboxPool pool = new(provider, Plain, Few);
        await pool.WaitUntilReadyAsync();

        Assert.That(
            async () => await pool.RunAsync(True with { StandardInput = InputSource.Pipe }),
            Throws.TypeOf<SandboxSpecificationException>());
        Assert.That((pool.Status.Ready, provider.Sandboxes.Length), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_sandbox_that_ends_while_it_waits_is_replaced()
    {
        FakeSandboxProvider provider = new();
        await using SandboxPool pool = new(provider, Plain, Few);
        await pool.WaitUntilReadyAsync();

        await provider.Sandboxes[0].EndAsync();

        // Whether or not the pool has noticed it yet, nobody is given it.
        using SandboxLease lease = await pool.AcquireAsync();
        Assert.That(lease.Sandbox, Is.SameAs(provider.Sandboxes[1]));
        Assert.That(() => provider.Sandboxes[0].IsDisposed, Is.True.After(Patience, Step));
    }

    [Test]
    public async Task A_sandbox_that_ends_while_it_waits_is_replaced_though_nobody_comes()
    {
        FakeSandboxProvider provider = new();
        await using SandboxPool pool = new(provider, Plain, Few);
        await pool.WaitUntilReadyAsync();

        await provider.Sandboxes[0].EndAsync();

        Assert.That(() => (provider.Sandboxes.Length, pool.Status.Ready), Is.EqualTo((2, 1)).After(Patience, Step));
    }

    [Test]
    public async Task A_sandbox_that_ends_while_it_is_used_makes_room_when_it_is_given_back()
    {
        FakeSandboxProvider provider = new();
        await using SandboxPool pool = new(provider, Plain, Few);
        using (SandboxLease lease = await pool.AcquireAsync())
        {
            await provider.Sandboxes[0].EndAsync();
            Assert.That(async () => await lease.Sandbox.RunAsync(True), Throws.TypeOf<SandboxException>());
        }

        Assert.That((await pool.RunAsync(True)).IsSuccess, Is.True);
    }

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
            provider, Plain, new SandboxPoolOptions { ReadySandboxes = 1, MaximumSandboxes = 1,
                DrainTime = TimeSpan.FromSeconds(5) }, timeProvider: time);
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
        SandboxPool pool = new(provider, Plain, Few);
        Task ready = pool.WaitUntilReadyAsync();

        await pool.DisposeAsync();

        Assert.That(async () => await ready, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(provider.Sandboxes, Is.Empty);
    }

    [Test]
    public async Task A_place_is_filled_a_little_later_while_enough_are_left()
    {
        FakeTimeProvider time = new();
        GatedProvider provider = new();
        provider.Open(4);
        await using SandboxPool pool = new(
            provider, Plain, new SandboxPoolOptions { ReadySandboxes = 4, MaximumSandboxes = 20, MaximumCreating = 4,
                RefillDelay = Moment }, timeProvider: time);
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

    [TestCase(0, 0, 1)]
    [TestCase(2, 1, 1)]
    [TestCase(1, 1, 0)]
    public void Numbers_that_contradict_each_other_are_refused(int ready, int maximum, int creating) => Assert.That(
        () => new SandboxPool(
            new FakeSandboxProvider(), Plain,
            new SandboxPoolOptions { ReadySandboxes = ready, MaximumSandboxes = maximum, MaximumCreating = creating }),
        Throws.ArgumentException);
}
