using System.Collections.Concurrent;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Limits;

/// <summary>Events of a sandbox are reported as they happen.</summary>
[Category("CgroupV2")]
public sealed class EventTests
{
    private const long Mebi = 1 << 20;

    [SetUp]
    public void NeedGroups() => Groups.Require();

    [Test]
    public async Task Memory_that_has_run_out_is_told()
    {
        await using ISandbox sandbox = await Groups.Limited(new() { Memory = 32 * Mebi }).CreateAsync();
        await using Watcher watcher = new(sandbox, new() { Kinds = SandboxEventKinds.OutOfMemory });
        Task<SandboxEvent> first = watcher.NextAsync();
        Assert.That(first.IsCompleted, Is.False);

        await sandbox.RunAsync(Guest.Shell(Groups.Allocate(200)));
        Assert.That(await first, Is.EqualTo(new SandboxEvent(SandboxEventKinds.OutOfMemory)));

        await sandbox.RunAsync(Guest.Shell(Groups.Allocate(200)));
        Assert.That(await watcher.NextAsync(), Is.EqualTo(new SandboxEvent(SandboxEventKinds.OutOfMemory)));
    }

    [Test]
    public async Task Earlier_events_are_reported_first()
    {
        await using ISandbox sandbox = await Groups.Limited(new() { Memory = 32 * Mebi }).CreateAsync();
        await sandbox.RunAsync(Guest.Shell(Groups.Allocate(200)));
        await sandbox.RunAsync(Guest.Shell(Groups.Allocate(200)));
        await using Watcher watcher = new(sandbox, new() { Kinds = SandboxEventKinds.OutOfMemory });

        Assert.That(await watcher.NextAsync(), Is.EqualTo(new SandboxEvent(SandboxEventKinds.OutOfMemory, 2)));
    }

    [Test]
    public async Task To_freeze_to_thaw_and_to_be_empty_are_told()
    {
        await using ISandbox sandbox = await Groups.Limited(new()).CreateAsync();
        await using Watcher watcher = new(
            sandbox, new() { Kinds = SandboxEventKinds.Frozen | SandboxEventKinds.Thawed | SandboxEventKinds.Empty });
        Assert.That((await watcher.NextAsync()).Kind, Is.EqualTo(SandboxEventKinds.Empty), "nothing runs at first");

        await using ISandboxProcess command = await sandbox.StartAsync(Guest.Shell("exec sleep 1000"));
        await sandbox.FreezeAsync();
        Assert.That((await watcher.NextAsync()).Kind, Is.EqualTo(SandboxEventKinds.Frozen));

        await sandbox.ThawAsync();
        Assert.That((await watcher.NextAsync()).Kind, Is.EqualTo(SandboxEventKinds.Thawed));

        await command.KillAsync();
        Assert.That((await watcher.NextAsync()).Kind, Is.EqualTo(SandboxEventKinds.Empty));
    }

    [Test]
    public async Task A_command_that_comes_and_goes_leaves_the_sandbox_empty_each_time()
    {
        await using ISandbox sandbox = await Groups.Limited(new()).CreateAsync();
        await using Watcher watcher = new(sandbox, new() { Kinds = SandboxEventKinds.Empty });
        await watcher.NextAsync();
        for (int i = 0; i < 5; i++)
        {
            Guest.Output(await sandbox.RunAsync(Guest.Shell("true")));
            Assert.That((await watcher.NextAsync()).Kind, Is.EqualTo(SandboxEventKinds.Empty));
        }
    }

    [Test]
    public async Task A_lack_of_processors_is_told()
    {
        PressureThreshold threshold = new(PressureResource.Cpu, TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(2));
        Requires.That("psi", File.Exists("/proc/pressure/cpu"), "pressure figures (psi=1) are needed");
        await using ISandbox sandbox = await Groups.Limited(new()).CreateAsync();
        await using Watcher watcher = new(
            sandbox, new() { Kinds = SandboxEventKinds.Pressure, Pressure = [threshold] });
        Task<SandboxEvent> told = watcher.NextAsync();
        string many = string.Concat(Enumerable.Repeat("(while :; do :; done) & ", Environment.ProcessorCount + 2));
        await using ISandboxProcess command = await sandbox.StartAsync(Guest.Shell($"{many} wait"));

        Assert.That(await told, Is.EqualTo(new SandboxEvent(SandboxEventKinds.Pressure, 1, threshold)));
    }

    [Test]
    public async Task Refused_processes_are_told_where_the_kernel_does()
    {
        await using ISandbox sandbox = await Groups.Limited(new() { Processes = 3 }).CreateAsync();
        await using Watcher watcher = new(sandbox, new() { Kinds = SandboxEventKinds.ProcessesRefused });
        bool isV2 = File.Exists("/sys/fs/cgroup/cgroup.controllers");
        if (!isV2 && Environment.OSVersion.Version >= new Version(6, 11))
        {
            Assert.That(
                async () => await watcher.NextAsync(),
                Throws.InstanceOf<SandboxException>().With.Message.Contains("6.11"));
            return;
        }

        Task<SandboxEvent> told = watcher.NextAsync();
        Assert.That((await sandbox.RunAsync(Guest.Shell("true"))).IsSuccess
            && !told.IsCompleted, "a command that is refused nothing");
        await sandbox.RunAsync(Guest.Shell("for i in 1 2 3 4 5; do sleep 1000 & done"));
        Assert.That((await told).Kind, Is.EqualTo(SandboxEventKinds.ProcessesRefused));
    }

    [Test]
    public async Task Several_watch_and_each_is_told_until_the_sandbox_is_gone()
    {
        ConcurrentQueue<SandboxEvent>[] told = [new(), new()];
        Task[] reading;
        await using (ISandbox sandbox = await Groups.Limited(new() { Memory = 32 * Mebi }).CreateAsync())
        {
            // The watch begins before anything happens: the first event reports that nothing runs.
            await using Watcher begun = new(sandbox, new());
            reading = [.. told.Select(list => ReadAllAsync(sandbox, list))];
            await sandbox.RunAsync(Guest.Shell(Groups.Allocate(200)));
            await begun.NextAsync();

            // A disposed sandbox reports no events.
            Assert.That(
                () => told.Select(queue => queue.Count(one => one.Kind == SandboxEventKinds.OutOfMemory)),
                Is.EqualTo(new[] { 1, 1 }).After((int)Guest.Patience.TotalMilliseconds, 5));
        }

        await Task.WhenAll(reading).WaitAsync(Guest.Patience);
        Assert.That(
            told.Select(list => list.Count(one => one.Kind == SandboxEventKinds.OutOfMemory)),
            Is.EqualTo(new[] { 1, 1 }));
        Assert.That(told.Select(list => list.Any(one => one.Kind == SandboxEventKinds.Empty)), Has.All.True);
    }

    [Test]
    public async Task An_unavailable_event_is_an_error_only_if_it_was_named()
    {
        await using ISandbox sandbox = await Groups.Limited(new() { Memory = 32 * Mebi }).CreateAsync();
        await using ISandbox without = await Guest.Specification().CreateAsync();
        await using Watcher all = new(sandbox, null);
        Assert.That((await all.NextAsync()).Kind, Is.EqualTo(SandboxEventKinds.Empty));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                () => sandbox.WatchAsync(new() { Kinds = SandboxEventKinds.Pressure }),
                Throws.ArgumentException.With.Message.Contains("threshold"));
            Assert.That(
                () => sandbox.WatchAsync(new() { Kinds = (SandboxEventKinds)1024 }),
                Throws.ArgumentException.With.Message.Contains("Kinds"));
            Assert.That(
                () => sandbox.WatchAsync(new() { Pressure = [null!] }),
                Throws.ArgumentException.With.Message.Contains("null"));
        }

        Assert.That(
            () => without.WatchAsync(), Throws.InstanceOf<SandboxException>().With.Message.Contains(
                "SandboxSpecification.Limits"));
        if (!File.Exists("/sys/fs/cgroup/cgroup.controllers"))
        {
            await using Watcher high = new(sandbox, new() { Kinds = SandboxEventKinds.MemoryHigh });
            Assert.That(
                async () => await high.NextAsync(),
                Throws.InstanceOf<SandboxException>().With.Message.Contains("MemoryHigh"));
        }
    }

    [Test]
    public async Task Watching_can_be_canceled()
    {
        await using ISandbox sandbox = await Groups.Limited(new()).CreateAsync();
        using CancellationTokenSource stop = new();
        IAsyncEnumerator<SandboxEvent> events = sandbox.WatchAsync(
            new() { Kinds = SandboxEventKinds.OutOfMemory }, stop.Token).GetAsyncEnumerator();
        ValueTask<bool> next = events.MoveNextAsync();
        await stop.CancelAsync();

        Assert.That(async () => await next, Throws.InstanceOf<OperationCanceledException>());
        await events.DisposeAsync();
    }

    private static async Task ReadAllAsync(ISandbox sandbox, ConcurrentQueue<SandboxEvent> told)
    {
        await foreach (SandboxEvent happened in sandbox.WatchAsync())
        {
            told.Enqueue(happened);
        }
    }

    private sealed class Watcher(ISandbox sandbox, SandboxWatch? watch) : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<SandboxEvent> _events = sandbox.WatchAsync(watch).GetAsyncEnumerator();
        private Task<bool> _next = Task.FromResult(false);

        internal async Task<SandboxEvent> NextAsync()
        {
            _next = _events.MoveNextAsync().AsTask();
            Assert.That(await _next.WaitAsync(Guest.Patience), "the sandbox is gone");
            return _events.Current;
        }

        public async ValueTask DisposeAsync()
        {
            if (_next.IsCompleted)
            {
                await _events.DisposeAsync();
            }
        }
    }
}
