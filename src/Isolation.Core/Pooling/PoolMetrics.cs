using System.Diagnostics.Metrics;

namespace Isolation;

/// <summary>The instruments of one pool.</summary>
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
            "isolation.pool.sandboxes", "{sandbox}", "Sandboxes of a pool, by what they are in.");
        _waiting = meter.CreateUpDownCounter<long>(
            "isolation.pool.waiting", "{request}", "Requests that wait for a sandbox.");
        _acquireDuration = meter.CreateHistogram(
            "isolation.pool.acquire.duration", "s", "How long it took to be given a sandbox.", null,
            IsolationMetrics.Durations);
        _lost = meter.CreateCounter<long>(
            "isolation.pool.lost", "{sandbox}", "Sandboxes that ended while they waited.");
        _failures = meter.CreateCounter<long>(
            "isolation.pool.failures", "{failure}", "Attempts to make a sandbox that failed.");
        _refused = meter.CreateCounter<long>("isolation.pool.refused", "{request}", "Requests that were refused.");
    }

    public void Change(string state, int by) =>
        _sandboxes.Add(by, _pool, new KeyValuePair<string, object?>("isolation.pool.state", state));

    public void ChangeWaiting(int by) => _waiting.Add(by, _pool);

    public void Acquired(TimeSpan after) => _acquireDuration.Record(after.TotalSeconds, _pool);

    public void Lost() => _lost.Add(1, _pool);

    public void Failed() => _failures.Add(1, _pool);

    public void Refused() => _refused.Add(1, _pool);
}
