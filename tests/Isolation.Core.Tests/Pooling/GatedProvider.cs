using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Isolation.Core.Tests.Pooling;

/// <summary>Creates fakes, each only when the test allows it, and counts how many exist at the same time.</summary>
[SuppressMessage(
    "Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing to give back.")]
internal sealed class GatedProvider : ISandboxProvider
{
    private readonly FakeSandboxProvider _inner = new();
    private readonly SemaphoreSlim _gate = new(0);
    private int _mostAlive;

    public string Name => _inner.Name;

    public IsolationSupport Support => _inner.Support;

    public ImmutableArray<FakeSandbox> Sandboxes => _inner.Sandboxes;

    public Func<Exception?>? Failure { get; set; }

    public int MostAlive => Volatile.Read(ref _mostAlive);

    public GatedProvider Open(int count = 1_000_000)
    {
        _gate.Release(count);
        return this;
    }

    public async Task<ISandbox> CreateAsync(
        SandboxSpecification specification, CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken);
        if (Failure?.Invoke() is { } failure)
        {
            throw failure;
        }

        ISandbox sandbox = await _inner.CreateAsync(specification, cancellationToken);
        int alive = Sandboxes.Count(static one => !one.IsDisposed);
        for (int most = MostAlive; alive > most; most = MostAlive)
        {
            Interlocked.CompareExchange(ref _mostAlive, alive, most);
        }

        return sandbox;
    }

    public Task<SandboxResult> RunAsync(
        SandboxSpecification specification, SandboxCommand command, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();
}
