using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Isolation.Core.Tests.Testing;

public sealed class FakeSandboxProviderTests
{
    private static readonly SandboxSpecification Plain = new();
    private static readonly SandboxCommand True = new("true");

    private static FakeProgram Forever => static async (_, cancellationToken) =>
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return FakeExit.Success;
    };

    [Test]
    public async Task By_default_every_command_succeeds()
    {
        SandboxResult result = await new FakeSandboxProvider().RunAsync(Plain, True);

        Assert.That(result.IsSuccess, Is.True);
        Assert.That(result.StandardOutput.Text, Is.Empty);
    }

    [Test]
    public async Task What_was_asked_for_is_recorded()
    {
        FakeSandboxProvider provider = new();
        SandboxSpecification specification = Plain with { Name = "judge" };

        await provider.RunAsync(specification, True);
        await using ISandbox sandbox = await provider.CreateAsync(Plain);
        await sandbox.RunAsync(new SandboxCommand("sh", "-c", "x"));

        Assert.That(provider.Sandboxes.Select(made => made.Specification), Is.EqualTo((SandboxSpecification[])[specification, Plain]));
        Assert.That(provider.Sandboxes.Select(made => made.IsDisposed), Is.EqualTo((bool[])[true, false]));
        Assert.That(provider.Sandboxes.Select(made => made.Id), Is.Unique);
        Assert.That(provider.Commands.Select(command => command.Program), Is.EqualTo((string[])["true", "sh"]));
    }

    [Test]
    public async Task A_response_writes_takes_time_and_ends()
    {
        FakeTimeProvider time = new();
        FakeSandboxProvider provider = new FakeSandboxProvider(time).WithProgram("judge", new FakeResponse
        {
            StandardOutput = "out",
            StandardError = "err",
            Duration = TimeSpan.FromSeconds(3),
            Exit = FakeExit.WithCode(7) with { UserCpuTime = TimeSpan.FromSeconds(2), PeakMemory = 5.MiB() },
        });

        Task<SandboxResult> run = provider.RunAsync(Plain, new SandboxCommand("judge"));
        Assert.That(run.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromSeconds(3));
        SandboxResult result = await run;

        Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.Completed));
        Assert.That(result.ExitCode, Is.EqualTo(7));
        Assert.That(result.StandardOutput.Text, Is.EqualTo("out"));
        Assert.That(result.StandardError.Text, Is.EqualTo("err"));
        Assert.That(result.WallTime, Is.EqualTo(TimeSpan.FromSeconds(3)));
        Assert.That(result.UserCpuTime, Is.EqualTo(TimeSpan.FromSeconds(2)));
        Assert.That(result.PeakMemory, Is.EqualTo(5.MiB()));
    }

    [Test]
    public async Task A_program_reads_and_writes()
    {
        FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms(async (context, cancellationToken) =>
        {
            await context.StandardInput.CopyToAsync(context.StandardOutput, cancellationToken);
            return FakeExit.Success;
        });

        SandboxResult bytes = await provider.RunAsync(Plain, True with { StandardInput = InputSource.FromText("input") });
        SandboxResult stream = await provider.RunAsync(
            Plain, True with { StandardInput = InputSource.FromStream(new MemoryStream("stream"u8.ToArray())) });

        Assert.That(bytes.StandardOutput.Text, Is.EqualTo("input"));
        Assert.That(stream.StandardOutput.Text, Is.EqualTo("stream"));
    }

    [Test]
    public async Task Pipes_have_two_ends()
    {
        FakeSandboxProvider provider = new FakeSandboxProvider().WithProgram("cat", async (context, cancellationToken) =>
        {
            await context.StandardInput.CopyToAsync(context.StandardOutput, cancellationToken);
            return FakeExit.Success;
        });
        await using ISandbox sandbox = await provider.CreateAsync(Plain);
        await using ISandboxProcess process = await sandbox.StartAsync(
            new SandboxCommand("cat") { StandardInput = InputSource.Pipe, StandardOutput = OutputTarget.Pipe });

        byte[] answer = new byte[5];
        await process.StandardInput!.WriteAsync("hello"u8.ToArray());
        await process.StandardInput.FlushAsync();
        await process.StandardOutput!.ReadExactlyAsync(answer);
        await process.StandardInput.DisposeAsync();
        SandboxResult result = await process.WaitForExitAsync();

        Assert.That(Encoding.UTF8.GetString(answer), Is.EqualTo("hello"));
        Assert.That(await process.StandardOutput.ReadAsync(answer), Is.Zero);
        Assert.That(process.StandardError, Is.Null);
        Assert.That(result.IsSuccess, Is.True);
    }

    [Test]
    public async Task Standard_error_can_go_where_standard_output_goes()
    {
        FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms(new FakeResponse { StandardOutput = "a", StandardError = "b" });

        SandboxResult result = await provider.RunAsync(Plain, True with { StandardError = OutputTarget.SameAsStandardOutput });

        Assert.That(result.StandardOutput.Text, Is.EqualTo("ab"));
        Assert.That(result.StandardError.Text, Is.Empty);
    }

    [Test]
    public async Task Files_of_the_host_are_read_and_written()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string input = Path.Combine(folder, "in"), output = Path.Combine(folder, "out");
            await File.WriteAllTextAsync(input, "content");
            FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms(async (context, cancellationToken) =>
            {
                await context.StandardInput.CopyToAsync(context.StandardOutput, cancellationToken);
                return FakeExit.Success;
            });

            await provider.RunAsync(
                Plain, True with { StandardInput = InputSource.FromFile(input), StandardOutput = OutputTarget.ToFile(output) });

            Assert.That(await File.ReadAllTextAsync(output), Is.EqualTo("content"));
            Assert.That(
                async () => await provider.RunAsync(Plain, True with { StandardInput = InputSource.FromFile("/no/such/file") }),
                Throws.TypeOf<SandboxException>());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task The_wall_time_limit_ends_a_command()
    {
        FakeTimeProvider time = new();
        FakeSandboxProvider provider = new FakeSandboxProvider(time).WithPrograms(Forever);

        Task<SandboxResult> run = provider.RunAsync(Plain, True with { WallTime = TimeSpan.FromSeconds(5) });
        time.Advance(TimeSpan.FromSeconds(5));
        SandboxResult result = await run;

        Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.WallTimeExceeded));
        Assert.That(result.Signal, Is.EqualTo(UnixSignal.Kill));
        Assert.That(result.ExitCode, Is.Null);
        Assert.That(result.WallTime, Is.EqualTo(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public async Task A_limit_longer_than_any_timer_is_none() =>
        Assert.That((await new FakeSandboxProvider().RunAsync(Plain, True with { WallTime = TimeSpan.MaxValue })).IsSuccess, Is.True);

    [Test]
    public async Task The_output_limit_ends_a_command()
    {
        FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms(new FakeResponse { StandardOutput = "0123456789" });

        SandboxResult more = await provider.RunAsync(Plain, True with { StandardOutput = OutputTarget.Capture(4) });
        SandboxResult same = await provider.RunAsync(Plain, True with { StandardOutput = OutputTarget.Capture(10) });

        Assert.That(more.Outcome, Is.EqualTo(SandboxOutcome.OutputExceeded));
        Assert.That(more.StandardOutput.Text, Is.EqualTo("0123"));
        Assert.That(more.StandardOutput.IsTruncated, Is.True);
        Assert.That(same.IsSuccess, Is.True);
        Assert.That(same.StandardOutput.IsTruncated, Is.False);
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

        Assert.That(async () => await provider.CreateAsync(Plain, canceled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await provider.RunAsync(Plain, True, canceled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(provider.Sandboxes, Is.Empty);
    }

    [Test]
    public async Task Canceling_a_wait_leaves_the_command()
    {
        FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms(Forever);
        await using ISandbox sandbox = await provider.CreateAsync(Plain);
        await using ISandboxProcess process = await sandbox.StartAsync(True);

        Assert.That(async () => await process.WaitForExitAsync(new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await process.KillAsync()).Outcome, Is.EqualTo(SandboxOutcome.Canceled));
    }

    [Test]
    public async Task A_signal_ends_a_program_that_does_not_handle_it()
    {
        FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms(Forever);
        await using ISandbox sandbox = await provider.CreateAsync(Plain);
        await using ISandboxProcess process = await sandbox.StartAsync(True);

        await process.SendSignalAsync(UnixSignal.WindowChanged);
        Task<SandboxResult> end = process.WaitForExitAsync();
        Assert.That(end.IsCompleted, Is.False);
        await process.SendSignalAsync(UnixSignal.User1);

        Assert.That((await end).Outcome, Is.EqualTo(SandboxOutcome.Signaled));
        Assert.That((await end).Signal, Is.EqualTo(UnixSignal.User1));
        await process.SendSignalAsync(UnixSignal.Kill);
    }

    [Test]
    public async Task A_polite_stop_is_a_signal_and_then_a_kill()
    {
        FakeTimeProvider time = new();
        List<UnixSignal> seen = [];
        FakeSandboxProvider provider = new FakeSandboxProvider(time).WithPrograms(Forever).WithProgram("stubborn", (context, token) =>
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
        Assert.That(first.Signal, Is.EqualTo(UnixSignal.Terminate));
        Assert.That((await second).Outcome, Is.EqualTo(SandboxOutcome.Canceled));
        Assert.That((await second).Signal, Is.EqualTo(UnixSignal.Kill));
        Assert.That(seen, Is.EqualTo((UnixSignal[])[UnixSignal.Terminate]));
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
    public void Failures_are_played()
    {
        SandboxException failure = new("mount proc on /proc", "/proc", 1, "EPERM", "Operation not permitted", "Do this.");
        FakeSandboxProvider creation = new() { CreationFailure = specification => specification.Name == "bad" ? failure : null };
        FakeSandboxProvider start = new() { StartFailure = command => command.Program == "missing" ? failure : null };

        Assert.That(async () => await creation.CreateAsync(Plain with { Name = "bad" }), Throws.Exception.SameAs(failure));
        Assert.That(async () => await creation.CreateAsync(Plain), Throws.Nothing);
        Assert.That(async () => await start.RunAsync(Plain, new SandboxCommand("missing")), Throws.Exception.SameAs(failure));
        Assert.That(start.Commands, Is.Empty);
    }

    [Test]
    public async Task Mistakes_are_found_as_by_every_provider()
    {
        FakeSandboxProvider provider = new();
        SandboxSpecification wrong = Plain with { HostName = "" };
        SandboxCommand pipe = True with { StandardInput = InputSource.Pipe };
        await using ISandbox sandbox = await provider.CreateAsync(Plain);

        Assert.That(async () => await provider.CreateAsync(wrong), Throws.TypeOf<SandboxSpecificationException>());
        Assert.That(async () => await provider.RunAsync(wrong, True), Throws.TypeOf<SandboxSpecificationException>());
        Assert.That(async () => await provider.RunAsync(Plain, pipe), Throws.TypeOf<SandboxSpecificationException>());
        Assert.That(async () => await sandbox.RunAsync(pipe), Throws.TypeOf<SandboxSpecificationException>());
        Assert.That(async () => await sandbox.StartAsync(True with { Nice = 99 }), Throws.TypeOf<SandboxSpecificationException>());
        Assert.That(async () => await provider.CreateAsync(null!), Throws.ArgumentNullException);
        Assert.That(async () => await sandbox.StartAsync(null!), Throws.ArgumentNullException);
    }

    [Test]
    public void A_bug_in_a_program_is_seen()
    {
        FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms((_, _) => throw new NotImplementedException());

        Assert.That(async () => await provider.RunAsync(Plain, True), Throws.TypeOf<NotImplementedException>());
    }

    [Test]
    public async Task Exits_of_all_kinds_are_played()
    {
        FakeSandboxProvider provider = new FakeSandboxProvider()
            .WithProgram("crash", new FakeResponse { Exit = FakeExit.BySignal(UnixSignal.SegmentationFault) })
            .WithProgram("eat", new FakeResponse { Exit = FakeExit.Killed(SandboxOutcome.MemoryExceeded) });

        SandboxResult crash = await provider.RunAsync(Plain, new SandboxCommand("crash"));
        SandboxResult eat = await provider.RunAsync(Plain, new SandboxCommand("eat"));

        Assert.That(crash.Outcome, Is.EqualTo(SandboxOutcome.Signaled));
        Assert.That(crash.Signal, Is.EqualTo(UnixSignal.SegmentationFault));
        Assert.That(eat.Outcome, Is.EqualTo(SandboxOutcome.MemoryExceeded));
        Assert.That(() => FakeExit.WithCode(256), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => FakeExit.WithCode(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void The_host_can_do_everything_unless_it_is_said_not_to() => Assert.That(new FakeSandboxProvider().Support.IsUsable, Is.True);

    [Test]
    public async Task Many_commands_run_at_once()
    {
        FakeTimeProvider time = new();
        FakeSandboxProvider provider = new FakeSandboxProvider(time).WithPrograms(new FakeResponse { Duration = TimeSpan.FromSeconds(1) });
        await using ISandbox sandbox = await provider.CreateAsync(Plain);

        Task<SandboxResult>[] runs = [.. Enumerable.Range(0, 100).Select(_ => sandbox.RunAsync(True))];
        time.Advance(TimeSpan.FromSeconds(1));
        SandboxResult[] results = await Task.WhenAll(runs);

        Assert.That(results.Select(result => result.IsSuccess), Is.All.True);
    }
}
