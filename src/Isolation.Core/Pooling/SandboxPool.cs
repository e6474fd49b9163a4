using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Isolation;

/// <summary>Keeps sandboxes of one specification ready, so that callers do not wait for one to be created.</summary>
/// <remarks>
/// Each sandbox is leased once and then removed and replaced in the background, so that no run finds anything that an
/// earlier run left. Callers are served in order of arrival. The pool has at most
/// <see cref="SandboxPoolOptions.MaximumSandboxes"/> sandboxes; further callers wait, and callers beyond
/// <see cref="SandboxPoolOptions.MaximumWaiting"/> are refused. A ready sandbox that ends, for example because its
/// first process was killed, is replaced. The delay between attempts grows after each failure. An idle pool uses no CPU
/// time. All members are thread-safe.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "DisposeAsync disposes the fields.")]
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

    /// <summary>Initializes a pool, which starts to create its sandboxes immediately.</summary>
    /// <param name="provider">The provider that creates the sandboxes.</param>
    /// <param name="specification">The specification of the sandboxes.</param>
    /// <param name="options">The options of the pool. Later changes have no effect. Default: see
    /// <see cref="SandboxPoolOptions"/>.</param>
    /// <param name="logger">The logger for failures and lost sandboxes. Default: none.</param>
    /// <param name="meters">The factory of the meter. Default: one meter that all pools of the process share.</param>
    /// <param name="timeProvider">The time provider. Default: the system's.</param>
    /// <exception cref="ArgumentException">
    /// The options are invalid, or the specification has <see cref="SandboxLifetime.Detached"/>.
    /// </exception>
    /// <exception cref="SandboxSpecificationException">The specification is invalid; the exception lists every
    /// error.</exception>
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
        if (specification.Lifetime == SandboxLifetime.Detached)
        {
            throw new ArgumentException(
                "A pool ends its sandboxes: SandboxLifetime.Detached requires ISandboxProvider.CreateAsync.",
                nameof(specification));
        }

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

    /// <summary>Gets the name of the pool in logs and metrics.</summary>
    public string Name { get; }

    /// <summary>Gets the specification of the sandboxes.</summary>
    public SandboxSpecification Specification { get; }

    /// <summary>Gets the current status of the pool.</summary>
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

    /// <summary>
    /// Acquires a sandbox that has not been used before: immediately if one is ready, otherwise in order of arrival.
    /// </summary>
    /// <param name="cancellationToken">The token that cancels waiting.</param>
    /// <exception cref="SandboxPoolFullException">The maximum number of callers is already waiting.</exception>
    /// <exception cref="SandboxException">Sandboxes cannot be created: several attempts have failed, the last with the
    /// inner exception.</exception>
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

    /// <summary>Runs one command in a sandbox that has not been used before, and returns the sandbox.</summary>
    /// <remarks>
    /// Canceling the token while the command is running kills the command and is reported in the result; see
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

    /// <summary>
    /// Waits until <see cref="SandboxPoolOptions.ReadySandboxes"/> sandboxes are ready, for services that must not
    /// start earlier.
    /// </summary>
    /// <exception cref="SandboxException">Sandboxes cannot be created.</exception>
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
    /// Disposes the pool: refuses waiting callers, removes ready sandboxes, and reclaims leased sandboxes after
    /// <see cref="SandboxPoolOptions.DrainTime"/>. Returns when no sandbox is left.
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

    /// <summary>Returns the reason to refuse a new caller, or null if the caller gets a sandbox or may wait.</summary>
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

        // If the next attempt is due and has not been started, start it for this caller.
        Exception? refusal = IsRefusing && (_retry is not null || _creating > 0) ? Refusal()
            : _waiting.Count >= _options.MaximumWaiting ? new SandboxPoolFullException(
                $"{_options.MaximumWaiting} callers are already waiting for a sandbox of the pool '{Name}', which has "
                    + $"at most {_options.MaximumSandboxes} sandboxes. Try again later.")
            : null;
        if (refusal is not null)
        {
            _metrics.Refused();
        }

        return refusal;
    }

    private SandboxException Refusal() =>
        new($"The pool '{Name}' cannot create sandboxes after {_failures} attempts: {_lastFailure!.Message}",
            _lastFailure);
}
