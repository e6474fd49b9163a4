using Isolation.IntegrationTests.Support;
using Isolation.Linux;
using Microsoft.Extensions.Time.Testing;

namespace Isolation.IntegrationTests.Sandboxes;

public sealed class EndingTests
{
    private static readonly SandboxSpecification Specification = Guest.Specification();
    private static readonly SandboxCommand Sleep = new("/bin/sleep", "100000");

    /// <summary>Says when it is ready, then ignores what a polite stop sends.</summary>
    private static readonly SandboxCommand Stubborn = new SandboxCommand(
        "/bin/sh", "-c",
        "trap '' TERM; echo ready; while :; do sleep 100000; done")
    { StandardOutput = OutputTarget.Pipe };

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task At_its_wall_time_a_command_is_killed()
    {
        SandboxCommand command = Sleep with { WallTime = TimeSpan.FromMilliseconds(50) };
        await using ISandbox sandbox = await Specification.CreateAsync();

        SandboxResult once = await Guest.Provider.RunAsync(Specification, command);
        SandboxResult within = await sandbox.RunAsync(command);
        await using ISandboxProcess process = await sandbox.StartAsync(command);
        SandboxResult started = await process.WaitForExitAsync();

        Assert.That(
            new[] { once, within, started }.Select(result => (result.Outcome, result.Signal)),
            Is.All.EqualTo((SandboxOutcome.WallTimeExceeded, (UnixSignal?)UnixSignal.SIGKILL)));
        Assert.That(once.WallTime, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(50)));
    }

    [Test]
    public async Task A_stopped_command_is_killed_at_its_wall_time_too()
    {
        SandboxResult result = await Guest.Provider.RunAsync(
            Specification, Guest.Shell("kill -STOP $$") with { WallTime = TimeSpan.FromMilliseconds(50) });

        Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.WallTimeExceeded));
    }

    [Test]
    public async Task Output_before_the_wall_time_limit_is_captured()
    {
        FakeTimeProvider clock = new();
        await using ISandbox sandbox = await new LinuxSandboxProvider(clock).CreateAsync(Specification);
        Task<SandboxResult> run = sandbox.RunAsync(
            Guest.Shell("echo before; touch /tmp/written; exec sleep 100000") with
            {
                WallTime = TimeSpan.FromSeconds(1),
            });
        await sandbox.OutputAsync("until test -e /tmp/written; do :; done");

        clock.Advance(TimeSpan.FromSeconds(1));
        SandboxResult result = await run.WaitAsync(Guest.Patience);

        Assert.That(
            (result.Outcome, result.StandardOutput.Text), Is.EqualTo((SandboxOutcome.WallTimeExceeded, "before\n")));
    }

    [Test]
    public async Task A_token_that_is_canceled_before_the_start_throws()
    {
        using CancellationTokenSource source = new();
        await source.CancelAsync();
        await using ISandbox sandbox = await Specification.CreateAsync();

        Assert.Multiple(() =>
        {
            Assert.That(
                async () => await Guest.Provider.CreateAsync(Specification, source.Token),
                Throws.InstanceOf<OperationCanceledException>());
            Assert.That(
                async () => await Guest.Provider.RunAsync(Specification, Sleep, source.Token),
                Throws.InstanceOf<OperationCanceledException>());
            Assert.That(
                async () => await sandbox.RunAsync(Sleep, source.Token),
                Throws.InstanceOf<OperationCanceledException>());
            Assert.That(
                async () => await sandbox.StartAsync(Sleep, source.Token),
                Throws.InstanceOf<OperationCanceledException>());
        });
        Assert.That(HostProcess.Children(sandbox.ProcessId), Is.Empty);
    }

    [Test]
    public async Task A_token_that_is_canceled_while_it_runs_kills_the_command()
    {
        foreach (bool isOnce in (bool[])[true, false])
        {
            using CancellationTokenSource source = new();
            await using ISandbox sandbox = await Specification.CreateAsync();
            using CancelingStream stream = new(source);
            SandboxCommand command = Guest.Shell(
                "echo ready; exec sleep 100000") with
            { StandardOutput = OutputTarget.ToStream(stream) };

            SandboxResult result = isOnce
                ? await Guest.Provider.RunAsync(Specification, command, source.Token)
                : await sandbox.RunAsync(command, source.Token);

            Assert.That((result.Outcome, result.Signal), Is.EqualTo((SandboxOutcome.Canceled, UnixSignal.SIGKILL)));
        }
    }

    [Test]
    public async Task Canceling_the_wait_leaves_the_command_alone()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess process = await sandbox.StartAsync(Sleep);
        using CancellationTokenSource source = new();
        Task<SandboxResult> wait = process.WaitForExitAsync(source.Token);

        await source.CancelAsync();

        Assert.That(async () => await wait, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(HostProcess.Children(sandbox.ProcessId), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_command_that_is_killed_was_canceled()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess process = await sandbox.StartAsync(Sleep);

        SandboxResult result = await process.KillAsync();

        Assert.That((result.Outcome, result.Signal), Is.EqualTo((SandboxOutcome.Canceled, UnixSignal.SIGKILL)));
        Assert.That(await process.KillAsync(), Is.SameAs(result));
        Assert.That(await sandbox.OutputAsync("echo alive"), Is.EqualTo("alive"));
    }

    [Test]
    public async Task A_polite_stop_lets_the_command_end_by_itself()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        SandboxCommand command = Guest.Shell(
            "trap 'echo bye; exit 4' TERM; echo ready > /tmp/ready; while :; do sleep 0.01; done")
            with
        { StandardInput = InputSource.Pipe };
        await using ISandboxProcess process = await sandbox.StartAsync(command);
        await sandbox.OutputAsync("until test -s /tmp/ready; do :; done");

        SandboxResult result = await process.StopAsync(Guest.Patience);

        Assert.That((result.ExitCode, result.StandardOutput.Text), Is.EqualTo(((int?)4, "bye\n")));
    }

    [Test]
    public async Task A_command_that_ignores_the_polite_stop_is_killed_after_the_grace()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess process = await sandbox.StartAsync(Stubborn);
        await ReadLineAsync(process);

        SandboxResult result = await process.StopAsync(TimeSpan.FromMilliseconds(20));

        Assert.That((result.Outcome, result.Signal), Is.EqualTo((SandboxOutcome.Canceled, UnixSignal.SIGKILL)));
    }

    [Test]
    public async Task A_command_that_heeds_the_polite_stop_without_a_handler_was_ended_by_the_signal()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess process = await sandbox.StartAsync(Sleep);

        SandboxResult result = await process.StopAsync(Guest.Patience);

        Assert.That(result.Signal, Is.EqualTo(UnixSignal.SIGTERM));
    }

    [Test]
    public async Task Signals_reach_the_command_s_own_process()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        SandboxCommand command = Guest.Shell(
            "trap 'echo one' USR1; trap 'echo two; exit' USR2; echo ready; while :; do sleep 0.01; done")
            with
        { StandardOutput = OutputTarget.Pipe };
        await using ISandboxProcess process = await sandbox.StartAsync(command);
        using StreamReader reader = new(process.StandardOutput!);
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("ready"));

        await process.SendSignalAsync(UnixSignal.SIGUSR1);
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("one"));
        await process.SendSignalAsync(UnixSignal.SIGUSR2);
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("two"));
        Assert.That((await process.WaitForExitAsync()).IsSuccess, Is.True);
        await process.SendSignalAsync(UnixSignal.SIGKILL);
    }

    [Test]
    public async Task Disposing_a_command_kills_it()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        ISandboxProcess process = await sandbox.StartAsync(Sleep);
        Task<SandboxResult> wait = process.WaitForExitAsync();

        await process.DisposeAsync();
        await process.DisposeAsync();

        Assert.That((await wait).Outcome, Is.EqualTo(SandboxOutcome.Canceled));
        Assert.That(HostProcess.Children(sandbox.ProcessId), Is.Empty);
    }

    [Test]
    public async Task Disposing_a_sandbox_ends_what_runs_in_it()
    {
        ISandbox sandbox = await Specification.CreateAsync();
        ISandboxProcess process = await sandbox.StartAsync(Sleep);
        Task<SandboxResult> run = sandbox.RunAsync(Sleep);
        int[] processes = HostProcess.InPidNamespaceOf(sandbox.ProcessId);
        Assert.That(processes, Is.Not.Empty);

        await sandbox.DisposeAsync();
        await sandbox.DisposeAsync();

        Assert.Multiple(async () =>
        {
            Assert.That((await run).Outcome, Is.EqualTo(SandboxOutcome.Canceled));
            Assert.That((await process.WaitForExitAsync()).Outcome, Is.EqualTo(SandboxOutcome.Canceled));
            Assert.That(processes.Where(HostProcess.IsAlive), Is.Empty);
        });
        await process.DisposeAsync();
    }

    [Test]
    public async Task A_disposed_sandbox_takes_no_commands()
    {
        ISandbox sandbox = await Specification.CreateAsync();
        ISandboxProcess process = await sandbox.StartAsync(Sleep);
        await sandbox.DisposeAsync();

        Assert.Multiple(() =>
        {
            Assert.That(async () => await sandbox.RunAsync(Sleep), Throws.InstanceOf<ObjectDisposedException>());
            Assert.That(async () => await sandbox.StartAsync(Sleep), Throws.InstanceOf<ObjectDisposedException>());
            Assert.That(async () => await process.SendSignalAsync(UnixSignal.SIGTERM), Throws.Nothing);
            Assert.That(async () => await process.StopAsync(TimeSpan.Zero), Throws.Nothing);
        });
    }

    [Test]
    public async Task An_init_that_is_killed_from_outside_ends_its_commands_with_a_reason()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        Task<SandboxResult> run = sandbox.RunAsync(Sleep);
        await using ISandboxProcess process = await sandbox.StartAsync(Sleep);

        Isolation.Linux.Interop.Kernel.kill(sandbox.ProcessId, (int)UnixSignal.SIGKILL);

        Assert.Multiple(() =>
        {
            Assert.That(
                async () => await run,
                Throws.InstanceOf<SandboxException>().With.Message.Contains("killed from outside"));
            Assert.That(async () => await process.WaitForExitAsync(), Throws.InstanceOf<SandboxException>());
        });
    }

    private static async Task ReadLineAsync(ISandboxProcess process)
    {
        byte[] buffer = new byte[1];
        do
        {
            await process.StandardOutput!.ReadExactlyAsync(buffer);
        }
        while (buffer[0] != '\n');
    }
}
