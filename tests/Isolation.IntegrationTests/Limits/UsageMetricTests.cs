using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Limits;

/// <summary>The instruments tell what the result tells.</summary>
public sealed class UsageMetricTests
{
    private readonly ConcurrentQueue<(string Instrument, double Value, string Tags)> _measurements = new();
    private Meters _meters = null!;
    private MeterListener _listener = null!;
    private InstrumentedSandboxProvider _provider = null!;

    [SetUp]
    public void SetUp()
    {
        Groups.Require();
        _measurements.Clear();
        _meters = new Meters();
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter, _meters.Meter))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
        _provider = new InstrumentedSandboxProvider(Guest.Provider, meterFactory: _meters);
    }

    [TearDown]
    public void TearDown()
    {
        _listener?.Dispose();
        _meters?.Dispose();
    }

    [Test]
    public async Task A_kill_for_want_of_memory_is_counted()
    {
        SandboxSpecification specification = Groups.Limited(new() { Memory = 32.MiB() });

        SandboxResult result = await _provider.RunAsync(specification, Guest.Shell(Groups.Allocate(200)));

        Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.MemoryExceeded), result.ToString());
        Assert.That(
            Sum("isolation.command.out_of_memory_kills"),
            Is.EqualTo(result.Usage!.OutOfMemoryKills).And.GreaterThan(0));
        (_, double peak, string tags) = _measurements.Single(
            measurement => measurement.Instrument == "isolation.command.memory.peak");
        Assert.That(tags, Is.EqualTo("isolation.outcome=MemoryExceeded, isolation.usage.source=Groups"));
        Assert.That(peak, Is.EqualTo(result.Usage.PeakMemory).And.InRange(16.MiB(), 33.MiB()));
    }

    [Test]
    public async Task Cpu_time_adds_up_over_the_commands_of_a_sandbox()
    {
        const string Burn = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done";
        await using ISandbox sandbox = await _provider.CreateAsync(Groups.Limited(new() { Cpu = 1 }));

        SandboxResult first = await sandbox.RunAsync(Guest.Shell(Burn));
        SandboxResult second = await sandbox.RunAsync(Guest.Shell(Burn));

        double expected = (first.Usage!.CpuTime + second.Usage!.CpuTime).TotalSeconds;
        Assert.That(Sum("isolation.command.cpu.time"), Is.EqualTo(expected).Within(1e-6).And.GreaterThan(0.01));
        Assert.That(
            Sum("isolation.command.cpu.throttled_time"),
            Is.EqualTo((first.Usage.ThrottledTime + second.Usage.ThrottledTime)!.Value.TotalSeconds).Within(1e-6));
    }

    [Test]
    public async Task A_refused_process_is_counted()
    {
        const string Many = "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1000 >/dev/null 2>&1 & done";

        SandboxResult result = await _provider.RunAsync(Groups.Limited(new() { Processes = 8 }), Guest.Shell(Many));

        Assert.That(result.Usage!.RefusedProcesses, Is.GreaterThan(0), result.ToString());
        Assert.That(Sum("isolation.command.refused_processes"), Is.EqualTo(result.Usage.RefusedProcesses));
    }

    private double Sum(string instrument) =>
        _measurements.Where(measurement => measurement.Instrument == instrument).Sum(measurement => measurement.Value);

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measurements.Enqueue(
            (instrument.Name, value, string.Join(", ", tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));

    private sealed class Meters : IMeterFactory
    {
        public Meter Meter { get; } = new(IsolationTelemetry.Name);

        public Meter Create(MeterOptions options) => Meter;

        public void Dispose() => Meter.Dispose();
    }
}
