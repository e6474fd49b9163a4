using System.Diagnostics.Metrics;

namespace Isolation;

/// <summary>The instruments. A meter gives the same instrument again when it is asked for by the same name.</summary>
internal sealed class IsolationMetrics
{
    private static readonly Lazy<IsolationMetrics> Shared = new(() => new IsolationMetrics(new Meter(IsolationTelemetry.Name)));

    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300],
    };

    private IsolationMetrics(Meter meter)
    {
        SandboxesAlive = meter.CreateUpDownCounter<long>("isolation.sandboxes.alive", "{sandbox}", "Sandboxes that are up.");
        CommandsRunning = meter.CreateUpDownCounter<long>("isolation.commands.running", "{command}", "Commands that run.");
        CommandsEnded = meter.CreateCounter<long>("isolation.commands.ended", "{command}", "Commands that ended, by outcome.");
        Failures = meter.CreateCounter<long>("isolation.failures", "{failure}", "Sandboxes and commands that could not be had, by stage.");
        CreateDuration = meter.CreateHistogram("isolation.sandbox.create.duration", "s", "How long it took to make a sandbox.", null, Durations);
        StartDuration = meter.CreateHistogram("isolation.command.start.duration", "s", "How long it took to start a command.", null, Durations);
        CommandDuration = meter.CreateHistogram("isolation.command.duration", "s", "How long commands ran by the clock.", null, Durations);
    }

    public UpDownCounter<long> SandboxesAlive { get; }

    public UpDownCounter<long> CommandsRunning { get; }

    public Counter<long> CommandsEnded { get; }

    public Counter<long> Failures { get; }

    public Histogram<double> CreateDuration { get; }

    public Histogram<double> StartDuration { get; }

    public Histogram<double> CommandDuration { get; }

    public bool IsEnabled =>
        SandboxesAlive.Enabled || CommandsRunning.Enabled || CommandsEnded.Enabled || Failures.Enabled
        || CreateDuration.Enabled || StartDuration.Enabled || CommandDuration.Enabled;

    public static IsolationMetrics Of(IMeterFactory? factory) =>
        factory is null ? Shared.Value : new IsolationMetrics(factory.Create(IsolationTelemetry.Name));
}
