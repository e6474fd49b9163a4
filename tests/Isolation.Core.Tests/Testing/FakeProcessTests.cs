using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Isolation.Core.Tests.Testing;

public sealed class FakeProcessTests
{
    private static readonly SandboxSpecification Plain = new();
    private static readonly SandboxCommand True = new("true");

    private static FakeProgram Forever => static async (_, cancellationToken) =>
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return FakeExit.Success;
    };

    [Test]
    public async Task The_wall_time_limit_ends_a_command()
    {
        FakeTimeProvider time = new();
        FakeSandboxProvider provider = new FakeSandboxProvider(time).WithPrograms(Forever);

        Task<SandboxResult> run = provider.RunAsync(Plain, True with { WallTime = TimeSpan.FromSeconds(5) });
        time.Advance(TimeSpan.FromSeconds(5));
        SandboxResult result = await run;

        Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.WallTimeExceeded));
        Assert.That(result.Signal, Is.EqualTo(UnixSignal.SIGKILL));
        Assert.That(result.ExitCode, Is.Null);
        Assert.That(result.WallTime, Is.EqualTo(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public async Task A_limit_longer_than_any_timer_is_none() =>
        Assert.That(
            (await new FakeSandboxProvider().RunAsync(
                Plain, True with { WallTime = TimeSpan.MaxValue })).IsSuccess, Is.True);

    [Test]
    public async Task The_output_limit_ends_a_command()
    {
        FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms(
            new FakeResponse { StandardOutput = "0123456789" });

        SandboxResult more = await provider.RunAsync(Plain, True with { StandardOutput = OutputTarget.Capture(4) });
        SandboxResult same = await provider.RunAsync(Plain, True with { StandardOutput = OutputTarget.Capture(10) });

        Assert.That(more.Outcome, Is.EqualTo(SandboxOutcome.OutputExceeded));
        Assert.That(more.StandardOutput.Text, Is.EqualTo("0123"));
        Assert.That(more.StandardOutput.IsTruncated, Is.True);
        Assert.That(same.IsSuccess, Is.True);
        Assert.That(same.StandardOutput.IsTruncated, Is.False);
    }

    [Test]
    public async Task A_channel_has_two_ends()
    {
        FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms(async (context, cancellationToken) =>
        {
            byte[] received = new byte[4];
            await context.Channel!.ReadExactlyAsync(received, cancellationToken);
            await context.Channel.WriteAsync(received, cancellationToken);
            return FakeExit.Success;
        });
        await using ISandbox sandbox = await provider.CreateAsync(Plain);
        await using ISandboxProcess process = await sandbox.StartAsync(True with { Channel = new() });

        await process.Channel!.WriteAsync("ping"u8.ToArray());
        string answer = await new StreamReader(process.Channel).ReadToEndAsync();

        Assert.That(answer, Is.EqualTo("ping"));
        Assert.That((await process.WaitForExitAsync()).IsSuccess, Is.True);
    }

    [Test]
    public async Task A_terminal_is_all_three_streams_and_tells_its_size()
    {
        TaskCompletionSource resized = new(TaskCreationOptions.RunContinuationsAsynchronously);
        FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms(async (context, cancellationToken) =>
        {
            context.SignalHandler = signal => signal == UnixSignal.SIGWINCH && resized.TrySetResult();
            byte[] received = new byte[4];
            await context.StandardInput.ReadExactlyAsync(received, cancellationToken);
            await context.StandardOutput.WriteAsync(received, cancellationToken);
            await resized.Task.WaitAsync(cancellationToken);
            await context.StandardError.WriteAsync(
                Encoding.UTF8.GetBytes($" {context.Terminal!.Columns}x{context.Terminal.Rows}"), cancellationToken);
            return FakeExit.Success;
        });
        await using ISandbox sandbox = await provider.CreateAsync(Plain);
        await using ISandboxProcess process = await sandbox.StartAsync(True with { Terminal = new() });

        await process.Terminal!.Stream.WriteAsync("ping"u8.ToArray());
        await process.Terminal.ResizeAsync(100, 50);
        string said = await new StreamReader(process.Terminal.Stream).ReadToEndAsync();

        Assert.That(said, Is.EqualTo("ping 100x50"));
        Assert.That((await process.WaitForExitAsync()).IsSuccess, Is.True);
    }

    [Test]
    public async Task The_limits_of_a_stream_and_of_both_outputs_end_a_command()
    {
        FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms(
            new FakeResponse { StandardOutput = "01234", StandardError = "56789" });
        using MemoryStream stream = new();

        SandboxResult one = await provider.RunAsync(
            Plain, True with { StandardOutput = OutputTarget.ToStream(stream, 4) });
        SandboxResult both = await provider.RunAsync(Plain, True with { TotalOutput = 9 });
        SandboxResult same = await provider.RunAsync(Plain, True with { TotalOutput = 10 });

        Assert.That((one.Outcome, stream.Length), Is.EqualTo((SandboxOutcome.OutputExceeded, 4)));
        Assert.That(
            (both.Outcome, both.StandardOutput.Text, both.StandardError.Text),
            Is.EqualTo((SandboxOutcome.OutputExceeded, "01234", "5678")));
        Assert.That(same.IsSuccess, Is.True);
    }

    [Test]
    public async Task Cancellation_is_a_result_once_the_command_runs()
    {
        FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms(Forever);
        using CancellationTokenSource source = new();

        Task<SandboxResult> run = provider.RunAsync(Plain, True, source.Token);
        await source.CancelAsync();

        Assert.That((await run).Outcome, Is.EqualTo(SandboxOutcome.Canceled));
        Assert.That(provider.Sandboxes.Single().IsDisposed, Is.True);
    }

    [Test]
    public void Cancellation_before_the_start_throws()
    {
        CancellationToken canceled = new(canceled: true);
        FakeSandboxProvider provider = new();

        Assert.That(
            async () => await provider.CreateAsync(Plain, canceled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(
            async () => await provider.RunAsync(Plain, True, canceled),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(provider.Sandboxes, Is.Empty);
    }

    [Test]
    public async Task Canceling_a_wait_leaves_the_command()
    {
        FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms(Forever);
        await using ISandbox sandbox = await provider.CreateAsync(Plain);
        await using ISandboxProcess process = await sandbox.StartAsync(True);

        Assert.That(
            async () => await process.WaitForExitAsync(new CancellationToken(true)),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await process.KillAsync()).Outcome, Is.EqualTo(SandboxOutcome.Canceled));
    }

    [Test]
    public async Task A_signal_ends_a_program_that_does_not_handle_it()
    {
        FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms(Forever);
        await using ISandbox sandbox = await provider.CreateAsync(Plain);
        await using ISandboxProcess process = await sandbox.StartAsync(True);

        await process.SendSignalAsync(UnixSignal.SIGWINCH);
        Task<SandboxResult> end = process.WaitForExitAsync();
        Assert.That(end.IsCompleted, Is.False);
        await process.SendSignalAsync(UnixSignal.SIGUSR1);

        Assert.That((await end).Outcome, Is.EqualTo(SandboxOutcome.Signaled));
        Assert.That((await end).Signal, Is.EqualTo(UnixSignal.SIGUSR1));
        await process.SendSignalAsync(UnixSignal.SIGKILL);
    }

    [Test]
    public async Task A_polite_stop_is_a_signal_and_then_a_kill()
    {
        FakeTimeProvider time = new();
        List<UnixSignal> seen = [];
        FakeSandboxProvider provider = new FakeSandboxProvider(time).WithPrograms(Forever)
            .WithProgram("stubborn", (context, token) =>
        {
            context.SignalHandler = signal =>
            {
                seen.Add(signal);
                return true;
            };
            return Forever(context, token);
        });
        await using ISandbox sandbox = await provider.CreateAsync(Plain);
        await using ISandboxProcess polite = await sandbox.StartAsync(True);
        await using ISandboxProcess stubborn = await sandbox.StartAsync(new SandboxCommand("stubborn"));

        SandboxResult first = await polite.StopAsync(TimeSpan.FromSeconds(1));
        Task<SandboxResult> second = stubborn.StopAsync(TimeSpan.FromSeconds(1));
        Assert.That(second.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.That(first.Outcome, Is.EqualTo(SandboxOutcome.Canceled));
        Assert.That(first.Signal, Is.EqualTo(UnixSignal.SIGTERM));
        Assert.That((await second).Outcome, Is.EqualTo(SandboxOutcome.Canceled));
        Assert.That((await second).Signal, Is.EqualTo(UnixSignal.SIGKILL));
        Assert.That(seen, Is.EqualTo((UnixSignal[])[UnixSignal.SIGTERM]));
    }

    [Test]
    public async Task Disposing_a_sandbox_ends_what_runs_in_it()
    {
        FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms(Forever);
        ISandbox sandbox = await provider.CreateAsync(Plain);
        ISandboxProcess process = await sandbox.StartAsync(True);
        Task<SandboxResult> end = process.WaitForExitAsync();

        await sandbox.DisposeAsync();
        await sandbox.DisposeAsync();

        Assert.That((await end).Outcome, Is.EqualTo(SandboxOutcome.Canceled));
        Assert.That(async () => await sandbox.StartAsync(True), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(async () => await sandbox.RunAsync(True), Throws.TypeOf<ObjectDisposedException>());
        await process.DisposeAsync();
    }

    [Test]
    public async Task Exits_of_all_kinds_are_played()
    {
        FakeSandboxProvider provider = new FakeSandboxProvider()
            .WithProgram("crash", new FakeResponse { Exit = FakeExit.BySignal(UnixSignal.SIGSEGV) })
            .WithProgram("eat", new FakeResponse { Exit = FakeExit.Killed(SandboxOutcome.MemoryExceeded) });

        SandboxResult crash = await provider.RunAsync(Plain, new SandboxCommand("crash"));
        SandboxResult eat = await provider.RunAsync(Plain, new SandboxCommand("eat"));

        Assert.That(crash.Outcome, Is.EqualTo(SandboxOutcome.Signaled));
        Assert.That(crash.Signal, Is.EqualTo(UnixSignal.SIGSEGV));
        Assert.That(eat.Outcome, Is.EqualTo(SandboxOutcome.MemoryExceeded));
        Assert.That(() => FakeExit.WithCode(256), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => FakeExit.WithCode(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task Many_commands_run_at_once()
    {
        FakeTimeProvider time = new();
        FakeSandboxProvider provider = new FakeSandboxProvider(time).WithPrograms(
            new FakeResponse { Duration = TimeSpan.FromSeconds(1) });
        await using ISandbox sandbox = await provider.CreateAsync(Plain);

        Task<SandboxResult>[] runs = [.. Enumerable.Range(0, 100).Select(_ => sandbox.RunAsync(True))];
        time.Advance(TimeSpan.FromSeconds(1));
        SandboxResult[] results = await Task.WhenAll(runs);

        Assert.That(results.Select(result => result.IsSuccess), Is.All.True);
    }
}
