namespace Isolation.Core.Tests.Telemetry;

/// <summary>Metrics of starts, of running sandboxes, and of the resources that commands used.</summary>
public sealed class UsageMetricTests
{
    private static readonly SandboxSpecification Plain = new();
    private static readonly SandboxCommand Command = new("python3");

    private static readonly SandboxUsage Known = new()
    {
        Source = UsageSource.Groups,
        UserCpuTime = TimeSpan.FromSeconds(1.5),
        SystemCpuTime = TimeSpan.FromSeconds(0.25),
        ThrottledTime = TimeSpan.FromSeconds(3),
        PeakMemory = 5_000_000,
        OutOfMemoryKills = 2,
        RefusedProcesses = 0,
    };

    private TelemetryRecorder _recorder = null!;
    private FakeSandboxProvider _fake = null!;
    private InstrumentedSandboxProvider _provider = null!;

    [SetUp]
    public void SetUp()
    {
        _recorder = new TelemetryRecorder();
        _fake = new FakeSandboxProvider();
        _provider = new InstrumentedSandboxProvider(
            _fake, _recorder.LoggerOf<InstrumentedSandboxProvider>(), _recorder);
    }

    [TearDown]
    public void TearDown() => _recorder.Dispose();

    [Test]
    public async Task All_figures_of_a_command_are_told()
    {
        Use(FakeExit.Killed(
            SandboxOutcome.MemoryExceeded) with
        {
            UserCpuTime = TimeSpan.FromSeconds(99),
            PeakMemory = 99,
            Usage = Known,
        });

        await _provider.RunAsync(Plain, Command);

        Assert.That(Figures(), Is.EquivalentTo((string[])
        [
            "isolation.command.cpu.time{cpu.mode=user} 1.5",
            "isolation.command.cpu.time{cpu.mode=system} 0.25",
            "isolation.command.cpu.throttled_time{} 3",
            "isolation.command.memory.peak{isolation.outcome=MemoryExceeded, isolation.usage.source=Groups} 5000000",
            "isolation.command.out_of_memory_kills{} 2",
            "isolation.command.refused_processes{} 0",
        ]));
    }

    [Test]
    public async Task Unknown_figures_are_not_reported()
    {
        Use(FakeExit.Success with
        {
            UserCpuTime = TimeSpan.FromSeconds(2),
            SystemCpuTime = TimeSpan.FromSeconds(1),
            PeakMemory = 4096,
        });

        await _provider.RunAsync(Plain, Command);

        Assert.That(Figures(), Is.EquivalentTo((string[])
        [
            "isolation.command.cpu.time{cpu.mode=user} 2",
            "isolation.command.cpu.time{cpu.mode=system} 1",
            "isolation.command.memory.peak{isolation.outcome=Completed, isolation.usage.source=Processes} 4096",
        ]));
    }

    [Test]
    public async Task A_group_without_a_peak_leaves_that_of_the_largest_process()
    {
        Use(FakeExit.Success with { PeakMemory = 4096, Usage = Known with { PeakMemory = null } });

        await _provider.RunAsync(Plain, Command);

        Assert.That(
            _recorder.TagsOf("isolation.command.memory.peak"),
            Is.EqualTo("isolation.outcome=Completed, isolation.usage.source=Processes"));
        Assert.That(_recorder.Sum("isolation.command.memory.peak"), Is.EqualTo(4096));
    }

    [Test]
    public async Task A_command_that_ended_with_its_sandbox_has_no_peak_of_zero()
    {
        _fake.WithPrograms(new FakeResponse { Duration = TimeSpan.FromDays(1) });
        await using ISandbox sandbox = await _provider.CreateAsync(Plain);
        await (await sandbox.StartAsync(Command)).DisposeAsync();

        Assert.That(_recorder.Sum("isolation.commands.ended"), Is.EqualTo(1));
        Assert.That(
            _recorder.Measurements.Select(measurement => measurement.Name),
            Has.None.EqualTo("isolation.command.memory.peak"));
    }

    [Test]
    public async Task Every_way_to_start_is_counted()
    {
        await using ISandbox sandbox = await _provider.CreateAsync(Plain);
        await sandbox.RunAsync(Command);
        await using ISandboxProcess process = await sandbox.StartAsync(Command);
        await process.WaitForExitAsync();
        await _provider.RunAsync(Plain, Command);

        Assert.That(
            Starts("isolation.sandbox.starts"), Is.EqualTo(
                (string[])["isolation.operation=create", "isolation.operation=run"]));
        Assert.That(
            Starts("isolation.command.starts"),
            Is.EqualTo(
                (string[])["isolation.operation=start", "isolation.operation=start", "isolation.operation=run"]));
    }

    [Test]
    public void A_start_that_fails_is_among_the_starts()
    {
        _fake.CreationFailure = _ => new SandboxException("Nothing works.");

        Assert.That(async () => await _provider.CreateAsync(Plain), Throws.TypeOf<SandboxException>());
        Assert.That(async () => await _provider.RunAsync(Plain, Command), Throws.TypeOf<SandboxException>());

        Assert.That(
            _recorder.Sum("isolation.sandbox.starts"), Is.EqualTo(_recorder.Sum("isolation.failures")).And.EqualTo(2));
        Assert.That(_recorder.Sum("isolation.sandboxes.alive"), Is.Zero);
    }

    [Test]
    public async Task The_sandbox_of_a_one_shot_run_is_alive_while_it_runs()
    {
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _fake.WithPrograms(async (_, _) =>
        {
            started.SetResult();
            await goesOn.Task;
            return FakeExit.Success;
        });

        Task<SandboxResult> run = _provider.RunAsync(Plain, Command);
        await started.Task;
        Assert.That(_recorder.Sum("isolation.sandboxes.alive"), Is.EqualTo(1));
        Assert.That(_recorder.Sum("isolation.commands.running"), Is.EqualTo(1));

        goesOn.SetResult();
        await run;
        Assert.That(_recorder.Sum("isolation.sandboxes.alive"), Is.Zero);
        Assert.That(_recorder.Sum("isolation.commands.running"), Is.Zero);
    }

    private void Use(FakeExit exit) => _fake.WithPrograms(new FakeResponse { Exit = exit });

    private IEnumerable<string> Starts(string instrument) =>
        _recorder.Measurements.Where(measurement => measurement.Name == instrument)
            .Select(measurement => measurement.Tags);

    private IEnumerable<string> Figures()
    {
        string[] parts = ["cpu", "memory", "out_of_memory_kills", "refused_processes"];
        return _recorder.Measurements
            .Where(measurement => Array.Exists(
                parts, part => measurement.Name.StartsWith($"isolation.command.{part}", StringComparison.Ordinal)))
            .Select(measurement => FormattableString.Invariant(
                $"{measurement.Name}{{{measurement.Tags}}} {measurement.Value}"));
    }
}
