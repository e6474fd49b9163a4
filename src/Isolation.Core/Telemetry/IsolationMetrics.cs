using System.Diagnostics.Metrics;

namespace Isolation;

/// <summary>The instruments. A meter gives the same instrument again when it is asked for by the same name.</summary>
internal sealed class IsolationMetrics
{
    private static readonly Lazy<IsolationMetrics> Shared = new(
        () => new IsolationMetrics(new Meter(IsolationTelemetry.Name)));

    // 1 MiB to 16 GiB, each twice the one before.
    private static readonly InstrumentAdvice<long> Sizes = new()
    {
        HistogramBucketBoundaries = [.. Enumerable.Range(20, 15).Select(power => 1L << power)],
    };

    private static readonly KeyValuePair<string, object?> User = new("cpu.mode", "user");
    private static readonly KeyValuePair<string, object?> Kernel = new("cpu.mode", "system");
    private static readonly KeyValuePair<string, object?> FromProcesses = new(
        "isolation.usage.source", nameof(UsageSource.Processes));
    private static readonly KeyValuePair<string, object?> FromGroups = new(
        "isolation.usage.source", nameof(UsageSource.Groups));

    private readonly Instrument[] _all;

    private IsolationMetrics(Meter meter)
    {
        SandboxStarts = meter.CreateCounter<long>(
            "isolation.sandbox.starts", "{sandbox}", "Sandboxes that were asked for, had or not.");
        CommandStarts = meter.CreateCounter<long>(
            "isolation.command.starts", "{command}", "Commands that were asked for, had or not.");
        SandboxesAlive = meter.CreateUpDownCounter<long>(
            "isolation.sandboxes.alive", "{sandbox}", "Sandboxes that are up.");
        CommandsRunning = meter.CreateUpDownCounter<long>(
            "isolation.commands.running", "{command}", "Commands that run.");
        CommandsEnded = meter.CreateCounter<long>(
            "isolation.commands.ended", "{command}", "Commands that ended, by outcome.");
        Failures = meter.CreateCounter<long>(
            "isolation.failures", "{failure}", "Sandboxes and commands that could not be had, by stage.");
        CreateDuration = meter.CreateHistogram(
            "isolation.sandbox.create.duration", "s", "How long it took to make a sandbox.", null, Durations);
        StartDuration = meter.CreateHistogram(
            "isolation.command.start.duration", "s", "How long it took to start a command.", null, Durations);
        CommandDuration = meter.CreateHistogram(
            "isolation.command.duration", "s", "How long commands ran by the clock.", null, Durations);
        CpuTime = meter.CreateCounter<double>("isolation.command.cpu.time", "s", "CPU time of commands that ended.");
        ThrottledTime = meter.CreateCounter<double>(
            "isolation.command.cpu.throttled_time", "s", "CPU time held back at a limit.");
        PeakMemory = meter.CreateHistogram(
            "isolation.command.memory.peak", "By", "The most memory at once of commands that ended.", null, Sizes);
        OutOfMemoryKills = meter.CreateCounter<long>(
            "isolation.command.out_of_memory_kills", "{process}", "Processes killed because memory had run out.");
        RefusedProcesses = meter.CreateCounter<long>(
            "isolation.command.refused_processes", "{process}", "Processes and threads refused at a limit.");
        _all =
        [
            SandboxStarts, CommandStarts, SandboxesAlive, CommandsRunning, CommandsEnded, Failures, CreateDuration,
            StartDuration,
            CommandDuration, CpuTime, ThrottledTime, PeakMemory, OutOfMemoryKills, RefusedProcesses,
        ];
    }

    public static InstrumentAdvice<double> Durations { get; } = new()
    {
        HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300],
    };

    public Counter<long> SandboxStarts { get; }

    public Counter<long> CommandStarts { get; }

    public UpDownCounter<long> SandboxesAlive { get; }

    public UpDownCounter<long> CommandsRunning { get; }

    public Counter<long> CommandsEnded { get; }

    public Counter<long> Failures { get; }

    public Histogram<double> CreateDuration { get; }

    public Histogram<double> StartDuration { get; }

    public Histogram<double> CommandDuration { get; }

    public Counter<double> CpuTime { get; }

    public Counter<double> ThrottledTime { get; }

    public Histogram<long> PeakMemory { get; }

    public Counter<long> OutOfMemoryKills { get; }

    public Counter<long> RefusedProcesses { get; }

    public bool IsEnabled => Array.Exists(_all, static instrument => instrument.Enabled);

    public static IsolationMetrics Of(IMeterFactory? factory) =>
        factory is null ? Shared.Value : new IsolationMetrics(factory.Create(IsolationTelemetry.Name));

    /// <summary>What is unknown is not written down: a zero would say that it is known to be none.</summary>
    public void RecordUsage(SandboxResult result, in KeyValuePair<string, object?> outcome)
    {
        SandboxUsage? usage = result.Usage;
        CpuTime.Add((usage?.UserCpuTime ?? result.UserCpuTime).TotalSeconds, User);
        CpuTime.Add((usage?.SystemCpuTime ?? result.SystemCpuTime).TotalSeconds, Kernel);
        if (usage?.ThrottledTime is TimeSpan throttled)
        {
            ThrottledTime.Add(throttled.TotalSeconds);
        }

        // The peak of a group holds page cache and all processes, that without one the largest process: not one
        // distribution.
        long peak = usage?.PeakMemory ?? result.PeakMemory;
        if (peak > 0)
        {
            PeakMemory.Record(
                peak, outcome,
                usage is { Source: UsageSource.Groups, PeakMemory: not null } ? FromGroups : FromProcesses);
        }

        if (usage?.OutOfMemoryKills is long kills)
        {
            OutOfMemoryKills.Add(kills);
        }

        if (usage?.RefusedProcesses is long refused)
        {
            RefusedProcesses.Add(refused);
        }
    }
}
