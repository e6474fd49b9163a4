using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Isolation;

/// <summary>
/// Keeps sandboxes of one specification ready, so that whoever needs one has not to wait until it is made. Each is
/// leased once, then removed and replaced while nobody waits for it: what a run leaves, no other run finds. Safe for
/// use from many threads at once.
/// </summary>
/// <remarks>
/// Who comes first is served first. There are never more than <see cref="SandboxPoolOptions.MaximumSandboxes"/>; who
/// comes beyond waits, and beyond <see cref="SandboxPoolOptions.MaximumWaiting"/> is refused. A sandbox that ends while
/// it waits, since somebody killed its first process, is replaced. After a failure the next attempt comes later and
/// later. A pool that nobody uses takes no CPU time.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "DisposeAsync disposes what is to be disposed.")]
public sealed partial class SandboxPool : IAsyncDisposable
{
    private const string StateReady = "ready";
    private const string StateLeased = "leased";
    private const string StateCreating = "creating";
    private const string StateRemoving = "removing";

    private readonly ISandboxProvider _provider;
    private readonly SandboxPoolOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly PoolMetrics _metrics;
    private readonly Lock _gate = new();
    private readonly LinkedList<ISandbox> _ready = [];
    private readonly HashSet<SandboxLease> _leases = [];
    private readonly LinkedList<TaskCompletionSource<SandboxLease>> _waiting = [];
    private readonly CancellationTokenSource _stopping = new();
    private TaskCompletionSource? _filled;
    private TaskCompletionSource? _emptied;
    private Task? _disposal;
    private ITimer? _retry;
    private ITimer? _refill;
    private bool _isRefillDue;
    private Exception? _lastFailure;
    private int _failures;
    private int _creating;
    private int _removing;

    /// <summary>A pool that begins to make its sandboxes at once.</summary>
    /// <param name="provider">Who makes the sandboxes.</param>
    /// <param name="specification">What each of them is.</param>
    /// <param name="options">How many there are. Later changes have no effect. Default: see
    /// <see cref="SandboxPoolOptions"/>.</param>
    /// <param name="logger">Is told of failures and of sandboxes that were lost. Default: nobody.</param>
    /// <param name="meters">Makes the meter. Default: one that all pools of the process share.</param>
    /// <param name="timeProvider">The clock. Default: the system's.</param>
    /// <exception cref="ArgumentException">The options contradict themselves.</exception>
    /// <exception cref="SandboxSpecificationException">The specification contradicts itself; every error is
    /// listed.</exception>
    public SandboxPool(
        ISandboxProvider provider,
        SandboxSpecification specification,
        SandboxPoolOptions? options = null,
        ILogger<SandboxPool>? logger = null,
        IMeterFactory? meters = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(specification);
        _options = (options ?? new SandboxPoolOptions()).Copy();
        _options.Validate();
        specification.Validate();
        _provider = provider;
        Specification = specification;
        Name = _options.Name ?? specification.Name ?? "sandboxes";
        _logger = logger ?? NullLogger<SandboxPool>.Instance;
        _time = timeProvider ?? TimeProvider.System;
        _metrics = new PoolMetrics(Name, meters);
        lock (_gate)
        {
            Refill();
        }
    }

    /// <summary>The name in logs and metrics.</summary>
    public string Name { get; }

    /// <summary>What each sandbox is.</summary>
    public SandboxSpecification Specification { get; }

    /// <summary>What it has at this moment.</summary>
    public SandboxPoolStatus Status
    {
        get
        {
            lock (_gate)
            {
                return new SandboxPoolStatus
                {
                    Ready = _ready.Count,
                    Leased = _leases.Count,
                    Creating = _creating,
                    Removing = _removing,
                    Waiting = _waiting.Count,
                    Failures = _failures,
                    LastFailure = _lastFailure,
                    IsRefusing = IsRefusing,
                };
            }
        }
    }

    private bool IsDisposed => _disposal is not null;

    private bool IsRefusing => _failures >= _options.FailuresUntilRefusal;

    /// <summary>Gives a sandbox that nobody has used before: at once if one is ready, else in turn.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SandboxPoolFullException">As many as may wait do so already.</exception>
    /// <exception cref="SandboxException">Sandboxes cannot be had: several attempts have failed, the last of which is
    /// the inner exception.</exception>
    /// <exception cref="ObjectDisposedException">The pool was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public ValueTask<SandboxLease> AcquireAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<SandboxLease>(cancellationToken);
        }

        LinkedListNode<TaskCompletionSource<SandboxLease>> waiter;
        lock (_gate)
        {
            if (FindRefusal() is { } refusal)
            {
                return ValueTask.FromException<SandboxLease>(refusal);
            }

            if (TakeReady() is { } ready)
            {
                SandboxLease lease = Lease(ready);
                RefillSoon();
                _metrics.Acquired(TimeSpan.Zero);
                return ValueTask.FromResult(lease);
            }

            waiter = _waiting.AddLast(
                new TaskCompletionSource<SandboxLease>(TaskCreationOptions.RunContinuationsAsynchronously));
            _metrics.ChangeWaiting(1);
            Refill();
        }

        return new ValueTask<SandboxLease>(WaitAsync(waiter, cancellationToken));
    }

    /// <summary>Runs one command in a sandbox that nobody has used before, and gives the sandbox back.</summary>
    /// <remarks>
    /// A token that is canceled once the command runs kills it, and the result says so, see
    /// <see cref="ISandbox.RunAsync"/>.
    /// </remarks>
    /// <inheritdoc cref="AcquireAsync" path="/exception"/>
    /// <inheritdoc cref="ISandbox.RunAsync" path="/exception"/>
    public async Task<SandboxResult> RunAsync(SandboxCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.ValidateForRun(Specification);
        using SandboxLease lease = await AcquireAsync(cancellationToken).ConfigureAwait(false);
        return await lease.Sandbox.RunAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until as many sandboxes are ready as are to be, for whoever starts a service only then.</summary>
    /// <exception cref="SandboxException">Sandboxes cannot be had.</exception>
    /// <exception cref="ObjectDisposedException">The pool was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            if (_ready.Count >= _options.ReadySandboxes)
            {
                return Task.CompletedTask;
            }

            if (IsRefusing)
            {
                return Task.FromException(Refusal());
            }

            _filled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _filled.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Ends the pool: who waits is refused, what is ready is removed, what is leased may be used for
    /// <see cref="SandboxPoolOptions.DrainTime"/> and is then taken away. Returns when no sandbox is left.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_disposal ??= DrainAsync());
        }
    }

    private async Task<SandboxLease> WaitAsync(
        LinkedListNode<TaskCompletionSource<SandboxLease>> waiter, CancellationToken cancellationToken)
    {
        long since = _time.GetTimestamp();
        CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            state => GiveUp((LinkedListNode<TaskCompletionSource<SandboxLease>>)state!, cancellationToken), waiter);
        await using (registration.ConfigureAwait(false))
        {
            SandboxLease lease = await waiter.Value.Task.ConfigureAwait(false);
            _metrics.Acquired(_time.GetElapsedTime(since));
            return lease;
        }
    }

    private void GiveUp(LinkedListNode<TaskCompletionSource<SandboxLease>> waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (waiter.List is null)
            {
                return;
            }

            _waiting.Remove(waiter);
            _metrics.ChangeWaiting(-1);
        }

        waiter.Value.TrySetCanceled(cancellationToken);
    }

    /// <summary>Why one who comes now gets nothing; null if they do or may wait.</summary>
    private Exception? FindRefusal()
    {
        if (IsDisposed)
        {
            return new ObjectDisposedException(nameof(SandboxPool));
        }

        if (_ready.Count > 0)
        {
            return null;
        }

        // When the next attempt is due and nobody makes it yet, it is made for whoever comes.
        Exception? refusal = IsRefusing && (_retry is not null || _creating > 0) ? Refusal()
            : _waiting.Count >= _options.MaximumWaiting ? new SandboxPoolFullException(
                $"{_options.MaximumWaiting} already wait for a sandbox of the pool '{Name}', which has at most "
                    + $"{_options.MaximumSandboxes}.")
            : null;
        if (refusal is not null)
        {
            _metrics.Refused();
        }

        return refusal;
    }

    private SandboxException Refusal() =>
        new($"The pool '{Name}' cannot make sandboxes, after {_failures} attempts: {_lastFailure!.Message}",
            _lastFailure);
}
