namespace Isolation.Core.Tests.Testing;

/// <summary>Tests limits, freezing and events of fake sandboxes.</summary>
public sealed class FakeSandboxLimitsTests
{
    private static readonly SandboxSpecification Limited = new() { Limits = new SandboxLimits { Processes = 3 } };

    [Test]
    public async Task Limits_are_those_that_were_set_last()
    {
        await using FakeSandbox sandbox = await CreateAsync();
        await sandbox.ChangeLimitsAsync(sandbox.Limits! with { Memory = 1 << 20 });

        Assert.That(sandbox.Limits, Is.EqualTo(new SandboxLimits { Processes = 3, Memory = 1 << 20 }));
        Assert.That(
            () => sandbox.ChangeLimitsAsync(new SandboxLimits { Processes = 0 }),
            Throws.InstanceOf<SandboxSpecificationException>());
        Assert.That(sandbox.Limits!.Processes, Is.EqualTo(3));
    }

    [Test]
    public async Task It_is_frozen_until_it_is_thawed()
    {
        await using FakeSandbox sandbox = await CreateAsync();
        await sandbox.FreezeAsync();
        Assert.That(sandbox.IsFrozen);

        await sandbox.ThawAsync();
        Assert.That(sandbox.IsFrozen, Is.False);
    }

    [Test]
    public async Task Events_are_told_to_all_who_watch_until_it_is_disposed()
    {
        FakeSandbox sandbox = await CreateAsync();
        sandbox.Raise(new SandboxEvent(SandboxEventKinds.OutOfMemory));
        Task<SandboxEvent[]> all = ReadAsync(sandbox, null);
        Task<SandboxEvent[]> some = ReadAsync(sandbox, new SandboxWatch { Kinds = SandboxEventKinds.Empty });
        sandbox.Raise(new SandboxEvent(SandboxEventKinds.Empty));
        Assert.That(all.IsCompleted || some.IsCompleted, Is.False);
        await sandbox.DisposeAsync();

        Assert.That(
            (await all).Select(one => one.Kind), Is.EqualTo(
                new[] { SandboxEventKinds.OutOfMemory, SandboxEventKinds.Empty }));
        Assert.That((await some).Select(one => one.Kind), Is.EqualTo(new[] { SandboxEventKinds.Empty }));
        Assert.That(() => sandbox.FreezeAsync(), Throws.InstanceOf<ObjectDisposedException>());
    }

    private static async Task<FakeSandbox> CreateAsync() =>
        (FakeSandbox)await new FakeSandboxProvider().CreateAsync(Limited);

    private static async Task<SandboxEvent[]> ReadAsync(FakeSandbox sandbox, SandboxWatch? watch)
    {
        List<SandboxEvent> told = [];
        await foreach (SandboxEvent happened in sandbox.WatchAsync(watch))
        {
            told.Add(happened);
        }

        return [.. told];
    }
}
