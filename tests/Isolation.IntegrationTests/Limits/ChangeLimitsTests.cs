using Isolation.IntegrationTests.Support;
using Isolation.Linux.Host;
using Isolation.Linux.Sandboxes;

namespace Isolation.IntegrationTests.Limits;

/// <summary>The limits of a sandbox that is up.</summary>
[Category("CgroupV2")]
public sealed class ChangeLimitsTests
{
    private const long Mebi = 1 << 20;
    private const string SixProcesses =
        "trap 'kill \"$@\"' EXIT; for i in 1 2 3 4 5; do sleep 1000 >/dev/null 2>&1 & set -- \"$@\" $!; done";

    [SetUp]
    public void NeedGroups() => Groups.Require();

    [Test]
    public async Task A_limit_is_raised_lowered_and_taken_back()
    {
        await using ISandbox sandbox = await Groups.Limited(new() { Processes = 3 }).CreateAsync();
        Assert.That(
            (await sandbox.RunAsync(Guest.Shell(SixProcesses))).Outcome, Is.EqualTo(SandboxOutcome.ProcessesExceeded));

        await sandbox.ChangeLimitsAsync(sandbox.Limits! with { Processes = 30 });
        Guest.Output(await sandbox.RunAsync(Guest.Shell(SixProcesses)));

        await sandbox.ChangeLimitsAsync(sandbox.Limits! with { Processes = 2 });
        Assert.That(
            (await sandbox.RunAsync(Guest.Shell(SixProcesses))).Outcome, Is.EqualTo(SandboxOutcome.ProcessesExceeded));

        await sandbox.ChangeLimitsAsync(new SandboxLimits());
        Guest.Output(await sandbox.RunAsync(Guest.Shell(SixProcesses)));
        Assert.That(sandbox.Limits, Is.EqualTo(new SandboxLimits()));
    }

    [Test]
    public async Task Memory_and_swap_that_bound_each_other_are_changed_in_either_direction()
    {
        await using ISandbox sandbox = await Groups.Limited(new() { Memory = 32 * Mebi, Swap = 0 }).CreateAsync();
        Assert.That(
            (await sandbox.RunAsync(Guest.Shell(Groups.Allocate(100)))).Outcome,
            Is.EqualTo(SandboxOutcome.MemoryExceeded));

        await sandbox.ChangeLimitsAsync(new() { Memory = 200 * Mebi, Swap = 10 * Mebi });
        Guest.Output(await sandbox.RunAsync(Guest.Shell(Groups.Allocate(100))));

        await sandbox.ChangeLimitsAsync(new() { Memory = 32 * Mebi, Swap = 0 });
        Assert.That(
            (await sandbox.RunAsync(Guest.Shell(Groups.Allocate(100)))).Outcome,
            Is.EqualTo(SandboxOutcome.MemoryExceeded));
    }

    [Test]
    public async Task A_limit_that_there_was_none_of_holds_for_what_runs_already()
    {
        await using ISandbox sandbox = await Groups.Limited(new()).CreateAsync();
        await using ISandboxProcess loop = await sandbox.StartAsync(
            Guest.Shell(
                "(while :; do :; done) & (while :; do :; done) & echo up; wait") with
            {
                StandardOutput = OutputTarget.Pipe,
            });
        await loop.StandardOutput!.ReadExactlyAsync(new byte[3]);
        Assert.That(sandbox.ReadUsage().ThrottledPeriods ?? 0, Is.Zero);

        await sandbox.ChangeLimitsAsync(new() { Cpu = 0.05 });

        // It is throttled at the end of the period, of which there are ten in a second.
        Assert.That(
            () => sandbox.ReadUsage().ThrottledPeriods, Is.GreaterThan(2).After(
                (int)Guest.Patience.TotalMilliseconds, 5));
        SandboxResult after = await sandbox.RunAsync(Guest.Shell("echo still"));
        Assert.That(Guest.Output(after), Is.EqualTo("still"));
        Assert.That(after.Usage!.ThrottledPeriods, Is.Not.Null);
    }

    [Test]
    public async Task A_failed_change_keeps_all_limits()
    {
        await using ISandbox sandbox = await Groups.Limited(new() { Processes = 3, Memory = 100 * Mebi }).CreateAsync();
        SandboxLimits before = sandbox.Limits!;

        SandboxException refusal = (await Assert.ThrowsAsync<SandboxException>(
            () => sandbox.ChangeLimitsAsync(
                new() { Processes = 30, Memory = 50 * Mebi, HugePages = [new(64 << 10, 0)] })))!;

        Assert.That(refusal.Message, Does.Contain("HugePages"));
        Assert.That(
            (sandbox.Limits, await sandbox.RunAsync(
                Guest.Shell(SixProcesses)) is { Outcome: SandboxOutcome.ProcessesExceeded }),
            Is.EqualTo((before, true)));
    }

    [Test]
    public async Task A_missing_preferred_limit_is_reported()
    {
        await using ISandbox sandbox = await Groups.Limited(new() { Processes = 3 }).CreateAsync();

        IReadOnlyList<NotApplied> refused = await sandbox.ChangeLimitsAsync(
            new() { Processes = 30, HugePages = [new(64 << 10, 0)], Requirement = Requirement.Prefer });

        Assert.That(refused.Select(one => one.Feature), Is.EqualTo(new[] { "set the limit HugePages" }));
        Guest.Output(await sandbox.RunAsync(Guest.Shell(SixProcesses)));
    }

    [Test]
    public async Task Bad_changes_are_told_at_once()
    {
        await using ISandbox sandbox = await Groups.Limited(new() { Processes = 3 }).CreateAsync();
        await using ISandbox without = await Guest.Specification().CreateAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => sandbox.ChangeLimitsAsync(null!), Throws.ArgumentNullException);
            Assert.That(
                () => sandbox.ChangeLimitsAsync(new() { Processes = 0 }),
                Throws.InstanceOf<SandboxSpecificationException>());
            Assert.That(
                () => sandbox.ChangeLimitsAsync(new() { ParentGroup = "/elsewhere" }), Throws.ArgumentException);
            Assert.That(
                () => without.ChangeLimitsAsync(new() { Processes = 3 }),
                Throws.InstanceOf<SandboxException>().With.Message.Contains("SandboxSpecification.Limits"));
        }

        await sandbox.DisposeAsync();
        Assert.That(() => sandbox.ChangeLimitsAsync(new()), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Groups_that_were_added_go_with_the_sandbox()
    {
        string[] added;
        await using (ISandbox sandbox = await Groups.Limited(new()).CreateAsync())
        {
            await using ISandboxProcess runs = await sandbox.StartAsync(Guest.Shell("exec sleep 1000"));
            await sandbox.ChangeLimitsAsync(new() { Cpu = 1, Cpus = [0], Requirement = Requirement.Prefer });
            added = [.. ((LinuxSandbox)sandbox).Groups!.Groups.Directories];
            Assert.That(added.All(Directory.Exists));
            Assert.That(
                added.All(directory => CgroupFiles.WithThoseBelow(directory).SelectMany(CgroupFiles.Members).Any()),
                "each has the process that runs");
        }

        Assert.That(added.Where(Directory.Exists), Is.Empty);
    }
}
