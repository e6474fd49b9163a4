using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Isolation.Core.Tests.Telemetry;

/// <summary>Records the log, one meter, and the activities below its own activity.</summary>
internal sealed class TelemetryRecorder : IMeterFactory
{
    private readonly LogRecorder _log = new();
    private readonly ActivityListener _activities;
    private readonly MeterListener _measurements = new();
    private readonly Meter _meter = new(IsolationTelemetry.Name);
    private readonly ActivitySource _source = new("test");
    private readonly Activity _root;

    public TelemetryRecorder()
    {
        _activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name is IsolationTelemetry.Name or "test",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                // Other fixtures run at the same time and have their own traces.
                if (activity.TraceId == _root!.TraceId)
                {
                    Activities.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(_activities);
        _root = _source.StartActivity("root")!;
        _measurements.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, _meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _measurements.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) => Record(instrument, value, tags));
        _measurements.SetMeasurementEventCallback<double>(
            (instrument, value, tags, _) => Record(instrument, value, tags));
        _measurements.Start();
    }

    public ConcurrentQueue<Activity> Activities { get; } = new();

    public ConcurrentQueue<(string Name, double Value, string Tags)> Measurements { get; } = new();

    public IEnumerable<(EventId Id, LogLevel Level, string Text)> Messages => _log.Messages;

    public IEnumerable<int> EventIds => Messages.Select(message => message.Id.Id);

    public double Sum(string instrument) =>
        Measurements.Where(measurement => measurement.Name == instrument).Sum(measurement => measurement.Value);

    public string TagsOf(string instrument) => Measurements.Single(measurement => measurement.Name == instrument).Tags;

    public Meter Create(MeterOptions options)
    {
        Assert.That(options.Name, Is.EqualTo(IsolationTelemetry.Name));
        return _meter;
    }

    public ILogger<T> LoggerOf<T>() => new Logger<T>(_log);

    public void Dispose()
    {
        _root.Dispose();
        _source.Dispose();
        _activities.Dispose();
        _measurements.Dispose();
        _meter.Dispose();
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        Measurements.Enqueue(
            (instrument.Name, value, string.Join(", ", tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
}
