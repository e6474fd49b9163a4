using System.Diagnostics.Metrics;

namespace Isolation;

/// <summary>Represents the instruments. A meter returns the same instrument for the same name.</summary>
internal sealed class IsolationMetrics
{
    private static readonly Lazy<IsolationMetrics> Shared = new(
        () => new IsolationMetrics(new Meter(IsolationTelemetry.Name)));

    // 1 MiB to 16 GiB in powers of two.
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
            "isolation.sandbox.starts", "{sandbox}", "Requested sandboxes, whether created or not.");
        CommandStarts = meter.CreateCounter<long>(
            "isolation.command.starts", "{command}", "Requested commands, whether started or not.");
        SandboxesAlive = meter.CreateUpDownCounter<long>(
            "isolation.sandboxes.alive", "{sandbox}", "Running sandboxes.");
        CommandsRunning = meter.CreateUpDownCounter<long>(
            "isolation.commands.running", "{command}", "Running commands.");
        CommandsEnded = meter.CreateCounter<long>(
            "isolation.commands.ended", "{command}", "Ended commands, by outcome.");
        Failures = meter.CreateCounter<long>(
            "isolation.failures", "{failure}", "Failures to create a sandbox or start a command, by stage.");
        CreateDuration = meter.CreateHistogram(
            "isolation.sandbox.create.duration", "s", "Time taken to create a sandbox.", null, Durations);
        StartDuration = meter.CreateHistogram(
            "isolation.command.start.duration", "s", "Time taken to start a command.", null, Durations);
        CommandDuration = meter.CreateHistogram(
            "isolation.command.duration", "s", "Wall time of commands.", null, Durations);
        CpuTime = meter.CreateCounter<double>("isolation.command.cpu.time", "s", "CPU time of ended commands.");
        ThrottledTime = meter.CreateCounter<double>(
            "isolation.command.cpu.throttled_time", "s", "Time for which a CPU limit throttled ended commands.");
        PeakMemory = meter.CreateHistogram(
            "isolation.command.memory.peak", "By", "Peak memory of ended commands.", null, Sizes);
        OutOfMemoryKills = meter.CreateCounter<long>(
            "isolation.command.out_of_memory_kills", "{process}", "Processes killed because memory ran out.");
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

    /// <summary>
    /// Records the usage of a command. Unknown values are omitted, because 0 would mean a known value of zero.
    /// </summary>
    public void RecordUsage(SandboxResult result, in KeyValuePair<string, object?> outcome)
    {
        SandboxUsage? usage = result.Usage;
        CpuTime.Add((usage?.UserCpuTime ?? result.UserCpuTime).TotalSeconds, User);
        CpuTime.Add((usage?.SystemCpuTime ?? result.SystemCpuTime).TotalSeconds, Kernel);
        if (usage?.ThrottledTime is TimeSpan throttled)
        {
            ThrottledTime.Add(throttled.TotalSeconds);
        }

        // The peak of a cgroup includes page cache and all processes; without a cgroup, the peak is that of the largest
        // process. The two are different distributions.
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
