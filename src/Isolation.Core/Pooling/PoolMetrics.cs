using System.Diagnostics.Metrics;

namespace Isolation;

/// <summary>Represents the instruments of one pool.</summary>
internal sealed class PoolMetrics
{
    private static readonly Lazy<Meter> Shared = new(() => new Meter(IsolationTelemetry.Name));

    private readonly KeyValuePair<string, object?> _pool;
    private readonly UpDownCounter<long> _sandboxes;
    private readonly UpDownCounter<long> _waiting;
    private readonly Histogram<double> _acquireDuration;
    private readonly Counter<long> _lost;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _refused;

    public PoolMetrics(string pool, IMeterFactory? factory)
    {
        _pool = new("isolation.pool.name", pool);
        Meter meter = factory?.Create(IsolationTelemetry.Name) ?? Shared.Value;
        _sandboxes = meter.CreateUpDownCounter<long>(
            "isolation.pool.sandboxes", "{sandbox}", "Sandboxes of a pool, by state.");
        _waiting = meter.CreateUpDownCounter<long>(
            "isolation.pool.waiting", "{request}", "Requests that are waiting for a sandbox.");
        _acquireDuration = meter.CreateHistogram(
            "isolation.pool.acquire.duration", "s", "Time taken to acquire a sandbox.", null,
            IsolationMetrics.Durations);
        _lost = meter.CreateCounter<long>(
            "isolation.pool.lost", "{sandbox}", "Ready sandboxes that ended before use.");
        _failures = meter.CreateCounter<long>(
            "isolation.pool.failures", "{failure}", "Failed attempts to create a sandbox.");
        _refused = meter.CreateCounter<long>("isolation.pool.refused", "{request}", "Refused requests.");
    }

    public void Change(string state, int by) =>
        _sandboxes.Add(by, _pool, new KeyValuePair<string, object?>("isolation.pool.state", state));

    public void ChangeWaiting(int by) => _waiting.Add(by, _pool);

    public void Acquired(TimeSpan after) => _acquireDuration.Record(after.TotalSeconds, _pool);

    public void Lost() => _lost.Add(1, _pool);

    public void Failed() => _failures.Add(1, _pool);

    public void Refused() => _refused.Add(1, _pool);
}
