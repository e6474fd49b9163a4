using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Isolation.Core.Tests.Telemetry;

public sealed class InstrumentedSandboxProviderTests
{
    private static readonly SandboxSpecification Plain = new() { Name = "judge" };
    private static readonly SandboxCommand Secretive = new("python3", "--password=hunter2")
    {
        Environment = SandboxCommand.DefaultEnvironment.Add("TOKEN", "hunter2"),
    };

    private TelemetryRecorder _recorder = null!;
    private FakeTimeProvider _time = null!;
    private FakeSandboxProvider _fake = null!;
    private InstrumentedSandboxProvider _provider = null!;

    [SetUp]
    public void SetUp()
    {
        _recorder = new TelemetryRecorder();
        _time = new FakeTimeProvider();
        _fake = new FakeSandboxProvider(_time);
        _provider = new InstrumentedSandboxProvider(
            _fake, _recorder.LoggerOf<InstrumentedSandboxProvider>(), _recorder, _time);
    }

    [TearDown]
    public void TearDown() => _recorder.Dispose();

    [Test]
    public async Task A_sandbox_is_counted_while_it_is_up()
    {
        ISandbox sandbox = await _provider.CreateAsync(Plain);
        Assert.That(_recorder.Sum("isolation.sandboxes.alive"), Is.EqualTo(1));

        await sandbox.DisposeAsync();
        await sandbox.DisposeAsync();

        Assert.That(_recorder.Sum("isolation.sandboxes.alive"), Is.Zero);
        Assert.That(
            _recorder.Measurements.Count(measurement => measurement.Name == "isolation.sandbox.create.duration"),
            Is.EqualTo(1));
        Assert.That(_recorder.EventIds, Is.EqualTo((int[])[1001, 1004]));
        Activity activity = _recorder.Activities.Single();
        Assert.That(activity.OperationName, Is.EqualTo("isolation.create"));
        Assert.That(activity.GetTagItem("isolation.sandbox.name"), Is.EqualTo("judge"));
        Assert.That(activity.GetTagItem("isolation.sandbox.id"), Is.EqualTo("fake-1"));
    }

    [Test]
    public async Task A_sandbox_is_passed_through()
    {
        await using ISandbox sandbox = await _provider.CreateAsync(Plain);

        Assert.That(sandbox.Id, Is.EqualTo("fake-1"));
        Assert.That(sandbox.Specification, Is.SameAs(Plain));
        Assert.That(sandbox.ProcessId, Is.EqualTo(_fake.Sandboxes[0].ProcessId));
        Assert.That(sandbox.Report, Is.SameAs(_fake.Report));
        Assert.That(_provider.Name, Is.EqualTo("fake"));
        Assert.That(_provider.Support, Is.SameAs(_fake.Support));
    }

    [Test]
    public async Task A_run_is_told_with_its_outcome()
    {
        _fake.WithPrograms(new FakeResponse { Exit = FakeExit.WithCode(3) });

        await _provider.RunAsync(Plain, Secretive);

        Assert.That(_recorder.TagsOf("isolation.commands.ended"), Is.EqualTo("isolation.outcome=Completed"));
        Assert.That(_recorder.TagsOf("isolation.command.duration"), Is.EqualTo("isolation.outcome=Completed"));
        Assert.That(_recorder.Sum("isolation.commands.running"), Is.Zero);
        Activity activity = _recorder.Activities.Single();
        Assert.That(activity.OperationName, Is.EqualTo("isolation.run"));
        Assert.That(activity.GetTagItem("isolation.program"), Is.EqualTo("python3"));
        Assert.That(activity.GetTagItem("isolation.outcome"), Is.EqualTo("Completed"));
        Assert.That(activity.GetTagItem("isolation.exit_code"), Is.EqualTo(3));
        Assert.That(_recorder.EventIds, Is.EqualTo((int[])[2003]));
    }

    [Test]
    public async Task A_run_in_a_sandbox_is_told_as_well()
    {
        await using ISandbox sandbox = await _provider.CreateAsync(Plain);
        await sandbox.RunAsync(Secretive);

        Assert.That(_recorder.Sum("isolation.commands.ended"), Is.EqualTo(1));
        Assert.That(_recorder.Activities.Last().GetTagItem("isolation.sandbox.id"), Is.EqualTo("fake-1"));
        Assert.That(_recorder.EventIds, Is.EqualTo((int[])[1001, 2003]));
    }

    [Test]
    public async Task A_limit_that_was_exceeded_is_information()
    {
        _fake.WithPrograms(new FakeResponse { Exit = FakeExit.Killed(SandboxOutcome.MemoryExceeded) });

        await _provider.RunAsync(Plain, Secretive);

        (EventId id, LogLevel level, string text) = _recorder.Messages.Single();
        Assert.That(id, Is.EqualTo(new EventId(2004, "CommandStopped")));
        Assert.That(level, Is.EqualTo(LogLevel.Information));
        Assert.That(text, Does.Contain("MemoryExceeded"));
    }

    [Test]
    public async Task Arguments_and_environment_are_told_nowhere()
    {
        _fake.StartFailure = _ => new SandboxException("execute python3", "python3", 2, "ENOENT", "No such file", null);
        Assert.That(async () => await _provider.RunAsync(Plain, Secretive), Throws.TypeOf<SandboxException>());
        _fake.StartFailure = null;
        await _provider.RunAsync(Plain, Secretive);
        await using ISandbox sandbox = await _provider.CreateAsync(Plain);
        await using ISandboxProcess process = await sandbox.StartAsync(Secretive);
        await process.WaitForExitAsync();

        IEnumerable<string?> everything =
        [
            .. _recorder.Messages.Select(message => message.Text),
            .. _recorder.Measurements.Select(measurement => measurement.Tags),
            .. _recorder.Activities.SelectMany(activity => activity.TagObjects).Select(tag => tag.Value?.ToString()),
        ];
        Assert.That(everything, Has.None.Contains("hunter2"));
        Assert.That(_recorder.Activities, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task A_process_is_told_when_it_ends()
    {
        _fake.WithPrograms(new FakeResponse { Duration = TimeSpan.FromSeconds(2), StandardOutput = "x" });
        await using ISandbox sandbox = await _provider.CreateAsync(Plain);
        Activity? before = Activity.Current;
        await using ISandboxProcess process = await sandbox.StartAsync(
            Secretive with { StandardOutput = OutputTarget.Pipe });
        Assert.That(Activity.Current, Is.SameAs(before));
        Assert.That(_recorder.Sum("isolation.commands.running"), Is.EqualTo(1));
        Assert.That(process.StandardOutput, Is.Not.Null);

        _time.Advance(TimeSpan.FromSeconds(2));
        await process.WaitForExitAsync();
        await process.WaitForExitAsync();
        await process.KillAsync();

        Assert.That(_recorder.Sum("isolation.commands.running"), Is.Zero);
        Assert.That(_recorder.Sum("isolation.commands.ended"), Is.EqualTo(1));
        Assert.That(_recorder.Sum("isolation.command.duration"), Is.EqualTo(2));
        Assert.That(_recorder.EventIds, Is.EqualTo((int[])[1001, 2001, 2003]));
        Assert.That(_recorder.Activities.Last().OperationName, Is.EqualTo("isolation.run"));
    }

    [Test]
    public async Task A_process_that_nobody_waits_for_is_told_when_it_is_disposed()
    {
        _fake.WithPrograms(new FakeResponse { Duration = TimeSpan.FromDays(1) });
        await using ISandbox sandbox = await _provider.CreateAsync(Plain);
        ISandboxProcess process = await sandbox.StartAsync(Secretive);

        await process.DisposeAsync();

        Assert.That(_recorder.TagsOf("isolation.commands.ended"), Is.EqualTo("isolation.outcome=Canceled"));
        Assert.That(_recorder.Activities, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_stop_and_a_signal_are_passed_on()
    {
        _fake.WithPrograms(new FakeResponse { Duration = TimeSpan.FromDays(1) });
        await using ISandbox sandbox = await _provider.CreateAsync(Plain);
        await using ISandboxProcess stopped = await sandbox.StartAsync(Secretive);
        await using ISandboxProcess signaled = await sandbox.StartAsync(Secretive);

        await stopped.StopAsync(TimeSpan.FromSeconds(1));
        await signaled.SendSignalAsync(UnixSignal.SIGINT);
        await signaled.WaitForExitAsync();

        Assert.That(
            _recorder.Measurements.Where(measurement => measurement.Name == "isolation.commands.ended")
                .Select(measurement => measurement.Tags),
            Is.EqualTo((string[])["isolation.outcome=Canceled", "isolation.outcome=Signaled"]));
        Assert.That(stopped.Id, Is.Not.EqualTo(signaled.Id));
    }

    private static IEnumerable<TestCaseData> Failures()
    {
        yield return new TestCaseData(
            new SandboxException("mount proc on /proc", "/proc", 1, "EPERM", "not permitted", null)
            {
                Operation = "mount-proc",
            },
            "mount-proc", "EPERM");
        yield return new TestCaseData(
            new SandboxException("mount proc on /x", "/x", 1, "EPERM", "not permitted", null), "other", "EPERM");
        yield return new TestCaseData(new SandboxException("Nothing works."), "other", "SandboxException");
        yield return new TestCaseData(
            new PlatformNotSupportedException("Linux only."), "platform", "PlatformNotSupportedException");
        yield return new TestCaseData(
            new SandboxSpecificationException([new("Root", "Is null.")]), "validate", "SandboxSpecificationException");
    }

    [TestCaseSource(nameof(Failures))]
    public async Task A_failure_is_told_with_its_stage(Exception failure, string stage, string type)
    {
        _fake.CreationFailure = _ => failure;

        Assert.That(async () => await _provider.CreateAsync(Plain), Throws.Exception.SameAs(failure));

        Assert.That(
            _recorder.TagsOf("isolation.failures"), Is.EqualTo(
                $"isolation.operation=create, isolation.stage={stage}, error.type={type}"));
        Assert.That(_recorder.Messages.Single().Id, Is.EqualTo(new EventId(1002, "SandboxFailed")));
        Assert.That(_recorder.Messages.Single().Level, Is.EqualTo(LogLevel.Error));
        Assert.That(_recorder.Activities.Single().Status, Is.EqualTo(ActivityStatusCode.Error));
        Assert.That(_recorder.Sum("isolation.sandboxes.alive"), Is.Zero);
        await Task.CompletedTask;
    }

    [Test]
    public async Task A_command_that_cannot_be_started_is_told()
    {
        await using ISandbox sandbox = await _provider.CreateAsync(Plain);
        _fake.StartFailure = _ => new SandboxException("execute python3", "python3", 2, "ENOENT", "No such file", null);

        Assert.That(async () => await sandbox.StartAsync(Secretive), Throws.TypeOf<SandboxException>());
        Assert.That(async () => await sandbox.RunAsync(Secretive), Throws.TypeOf<SandboxException>());
        Assert.That(async () => await _provider.RunAsync(Plain, Secretive), Throws.TypeOf<SandboxException>());

        Assert.That(_recorder.Sum("isolation.failures"), Is.EqualTo(3));
        Assert.That(_recorder.Sum("isolation.commands.running"), Is.Zero);
        Assert.That(_recorder.EventIds, Is.EqualTo((int[])[1001, 2002, 2002, 1002]));
    }

    [Test]
    public void Cancellation_by_the_application_is_not_a_failure()
    {
        CancellationToken canceled = new(canceled: true);

        Assert.That(
            async () => await _provider.CreateAsync(Plain, canceled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(
            async () => await _provider.RunAsync(Plain, Secretive, canceled),
            Throws.InstanceOf<OperationCanceledException>());

        Assert.That(_recorder.Sum("isolation.failures"), Is.Zero);
        Assert.That(_recorder.Messages, Is.Empty);
        Assert.That(_recorder.Sum("isolation.commands.running"), Is.Zero);
    }

    [Test]
    public void A_provider_is_needed() =>
        Assert.That(() => new InstrumentedSandboxProvider(null!), Throws.ArgumentNullException);
}
