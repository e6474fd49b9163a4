using Isolation.IntegrationTests.Limits;
using Isolation.IntegrationTests.Support;
using Isolation.Linux;
using Microsoft.Extensions.Time.Testing;

namespace Isolation.IntegrationTests.Sandboxes;

/// <summary>
/// A command that takes its time to end is waited for; it costs no other command its life, and its figures are there.
/// </summary>
public sealed class SlowDeathTests
{
    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task A_slow_reader_of_a_killed_command_costs_no_other_command_its_life()
    {
        FakeTimeProvider clock = new();
        LinuxSandboxProvider provider = new(clock);
        await using ISandbox sandbox = await provider.CreateAsync(Guest.Specification());
        await using ISandboxProcess innocent = await sandbox.StartAsync(new SandboxCommand("/bin/sleep", "100000"));
        await using HeldStream reader = new();
        Task<SandboxResult> victim = sandbox.RunAsync(
            Guest.Shell(
                "echo out; exec sleep 100000") with
            {
                StandardOutput = OutputTarget.ToStream(reader),
                WallTime = TimeSpan.FromSeconds(1),
            });
        await reader.IsHeld;

        // The host takes a command's output before its limit begins, and starts the next one after that.
        await sandbox.OutputAsync("true");

        // Far beyond every patience: once to the limit, and again while the output of the dead command is still not
        // taken.
        clock.Advance(TimeSpan.FromHours(1));
        Assert.That(
            () => HostProcess.InPidNamespaceOf(sandbox.ProcessId).Count(HostProcess.IsAlive),
            Is.EqualTo(2).After((int)Guest.Patience.TotalMilliseconds, 5));
        clock.Advance(TimeSpan.FromHours(1));

        Assert.That(await sandbox.OutputAsync("echo alive"), Is.EqualTo("alive"));
        Assert.That(victim.IsCompleted, Is.False);
        reader.Release();
        Assert.That((await victim).Outcome, Is.EqualTo(SandboxOutcome.WallTimeExceeded));
        Assert.That(innocent.WaitForExitAsync().IsCompleted, Is.False);
    }

    [Test]
    public async Task Thousands_of_processes_are_waited_for_and_the_figures_are_there()
    {
        Requires.Root();
        using ForkChain chain = new(3_000);
        SandboxCommand command = chain.Command with { WallTime = TimeSpan.FromSeconds(2) };

        SandboxResult once = await Guest.Provider.RunAsync(chain.Specification(), command);
        await using ISandbox sandbox = await chain.Specification().CreateAsync();
        await using ISandboxProcess innocent = await sandbox.StartAsync(chain.Waiter);
        SandboxResult beside = await sandbox.RunAsync(command);

        Assert.That(new[] { once.Outcome, beside.Outcome }, Is.All.EqualTo(SandboxOutcome.WallTimeExceeded));
        Assert.That(new[] { once.WallTime, beside.WallTime }, Is.All.GreaterThanOrEqualTo(TimeSpan.FromSeconds(2)));
        Assert.That(innocent.WaitForExitAsync().IsCompleted, Is.False);
    }

    // The time is over while the kernel still takes the memory of the process down.
    [Test]
    public async Task Memory_that_ran_out_first_wins_over_a_time_out_that_came_while_the_process_died(
        [Values] bool beside)
    {
        Groups.Require();
        FakeTimeProvider clock = new();
        LinuxSandboxProvider provider = new(clock);
        await using ISandbox sandbox = await provider.CreateAsync(
            Groups.Limited(new SandboxLimits { Memory = 64 << 20, Swap = 0 }));
        await using ISandboxProcess? other = beside
            ? await sandbox.StartAsync(new SandboxCommand("/bin/sleep", "100000"))
            : null;
        for (int round = 0; round < 10; round++)
        {
            long before = sandbox.ReadUsage().OutOfMemoryKills ?? 0;
            Task<SandboxResult> run = sandbox.RunAsync(
                Guest.Shell(Groups.Allocate(512)) with { WallTime = TimeSpan.FromSeconds(5) });
            while (!run.IsCompleted && sandbox.ReadUsage().OutOfMemoryKills == before)
            {
                await Task.Yield();
            }

            clock.Advance(TimeSpan.FromHours(1));

            SandboxResult result = await run;
            Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.MemoryExceeded));
        }
    }

    [Test]
    public async Task Nothing_is_left_behind_in_a_container_whose_first_process_is_the_application()
    {
        string[] lines = await Robustness.HostProgram.RunBelowAsync(
            ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc", "--kill-child"],
            "unprivileged-ends");

        Assert.That(
            lines.Where(line => line.Contains(':', StringComparison.Ordinal)),
            Has.Exactly(15).Items.And.All.EndWith(": "));
    }

    private sealed class HeldStream : MemoryStream
    {
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task IsHeld => _held.Task;

        internal void Release() => _released.TrySetResult();

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _held.TrySetResult();
            await _released.Task;
        }
    }
}
