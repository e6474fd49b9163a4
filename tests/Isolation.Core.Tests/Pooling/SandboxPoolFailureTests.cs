using Isolation.Core.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using static Isolation.Core.Tests.Pooling.PoolSamples;

namespace Isolation.Core.Tests.Pooling;

/// <summary>Failures to create sandboxes, and the status of a pool.</summary>
public sealed class SandboxPoolFailureTests
{
    private static SandboxPoolOptions Few =>
        new() { ReadySandboxes = 1, MaximumSandboxes = 2, MaximumCreating = 1, DrainTime = TimeSpan.Zero };

    [Test]
    public async Task A_failure_is_tried_again_later_and_later_until_it_is_over()
    {
        FakeTimeProvider time = new();
        int attempts = 0;
        GatedProvider provider = new GatedProvider
        {
            Failure = () => Interlocked.Increment(ref attempts) < 3 ? new SandboxException("by the test") : null,
        }.Open();
        await using SandboxPool pool = new(provider, Plain, Few, timeProvider: time);
        Task<SandboxLease> waiting = pool.AcquireAsync().AsTask();

        Assert.That(() => pool.Status.Failures, Is.EqualTo(1).After(Patience, Step));
        time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.That(pool.Status.Creating, Is.Zero);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(() => pool.Status.Failures, Is.EqualTo(2).After(Patience, Step));
        time.Advance(TimeSpan.FromMilliseconds(199));
        Assert.That(pool.Status.Creating, Is.Zero);
        time.Advance(TimeSpan.FromMilliseconds(1));

        using SandboxLease lease = await waiting;
        Assert.That((pool.Status.Failures, pool.Status.LastFailure), Is.EqualTo((0, (Exception?)null)));
    }

    [Test]
    public async Task After_several_failures_those_who_wait_are_told_and_those_who_come_refused()
    {
        FakeTimeProvider time = new();
        SandboxException cause = new("by the test");
        FakeSandboxProvider provider = new() { CreationFailure = _ => cause };
        await using SandboxPool pool = new(provider, Plain, Few, timeProvider: time);
        Task<SandboxLease> waiting = pool.AcquireAsync().AsTask();
        Task ready = pool.WaitUntilReadyAsync();

        for (int failures = 1; failures < 3; failures++)
        {
            Assert.That(() => pool.Status.Failures, Is.EqualTo(failures).After(Patience, Step));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(
            async () => await waiting,
            Throws.TypeOf<SandboxException>().With.InnerException.SameAs(cause).And.Message.Contains("'plain'"));
        Assert.That(async () => await ready, Throws.TypeOf<SandboxException>());
        Assert.That(async () => await pool.AcquireAsync(), Throws.TypeOf<SandboxException>());
        Assert.That(pool.Status.IsRefusing, Is.True);

        provider.CreationFailure = null;
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(() => pool.Status.Ready, Is.EqualTo(1).After(Patience, Step));
        Assert.That((await pool.RunAsync(True)).IsSuccess, Is.True);
    }

    [Test]
    public async Task A_pool_that_keeps_none_ready_tries_again_for_whoever_comes()
    {
        FakeTimeProvider time = new();
        FakeSandboxProvider provider = new() { CreationFailure = _ => new SandboxException("by the test") };
        SandboxPoolOptions options = Few;
        options.ReadySandboxes = 0;
        options.FailuresUntilRefusal = 1;
        await using SandboxPool pool = new(provider, Plain, options, timeProvider: time);

        Assert.That(async () => await pool.RunAsync(True), Throws.TypeOf<SandboxException>());
        Assert.That(async () => await pool.RunAsync(True), Throws.TypeOf<SandboxException>());
        provider.CreationFailure = null;
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.That((await pool.RunAsync(True)).IsSuccess, Is.True);
    }

    [Test]
    public async Task Every_sandbox_and_every_request_is_counted_to_its_end()
    {
        using TelemetryRecorder recorder = new();
        FakeSandboxProvider provider = new();
        SandboxPool pool = new(
            provider, Plain, new SandboxPoolOptions { ReadySandboxes = 2, MaximumSandboxes = 3 },
            recorder.LoggerOf<SandboxPool>(), recorder);
        await pool.WaitUntilReadyAsync();
        await provider.Sandboxes[0].EndAsync();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => pool.RunAsync(True)));
        await pool.DisposeAsync();

        string[] states = [.. recorder.Measurements.Where(one => one.Name == "isolation.pool.sandboxes")
            .Select(one => one.Tags).Distinct()];
        Assert.That(
            states, Has.Length.EqualTo(4).And.All.StartsWith("isolation.pool.name=plain, isolation.pool.state="));
        foreach (string state in states)
        {
            Assert.That(
                recorder.Measurements.Where(one => one.Name == "isolation.pool.sandboxes" && one.Tags == state)
                .Sum(one => one.Value), Is.Zero, state);
        }

        Assert.That(recorder.Sum("isolation.pool.waiting"), Is.Zero);
        Assert.That(recorder.Measurements.Count(one => one.Name == "isolation.pool.acquire.duration"), Is.EqualTo(50));
        Assert.That(
            (recorder.Sum("isolation.pool.lost"), recorder.EventIds.Count(id => id == 3002)), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_pool_is_had_by_its_name_and_tells_how_it_is()
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddLogging()
            .AddIsolation(options => options.Profiles["judge"] = new SandboxProfileOptions())
            .AddFakeSandboxes()
            .AddSandboxPool("judge", configure: options => options.ReadySandboxes = 1)
            .AddSandboxPool("other", Plain, options => options.FailuresUntilRefusal = 1)
            .AddHealthChecks().AddSandboxPool("judge").AddSandboxPool("other", HealthStatus.Degraded)
            .Services.BuildServiceProvider();
        SandboxPool pool = services.GetRequiredKeyedService<SandboxPool>("judge");
        await pool.WaitUntilReadyAsync();
        services.GetRequiredService<FakeSandboxProvider>().CreationFailure = _ => new SandboxException("by the test");
        SandboxPool other = services.GetRequiredKeyedService<SandboxPool>("other");
        Assert.That(() => other.Status.IsRefusing, Is.True.After(Patience, Step));

        HealthReport report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.That(pool.Specification.Name, Is.EqualTo("judge"));
        Assert.That(report.Entries["pool-judge"].Status, Is.EqualTo(HealthStatus.Healthy));
        Assert.That(report.Entries["pool-judge"].Data["ready"], Is.EqualTo(1));
        Assert.That(report.Entries["pool-other"].Status, Is.EqualTo(HealthStatus.Degraded));
        Assert.That(report.Entries["pool-other"].Description, Does.Contain("by the test"));
    }
}
