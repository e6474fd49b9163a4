using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Isolation.Plugins;

/// <summary>
/// A plug-in in a sandbox: started, called, restarted when it ends, and stopped. With dependency injection
/// <see cref="PluginServiceCollectionExtensions.AddPlugin"/> makes it.
/// </summary>
/// <typeparam name="TContract">The interface that it implements: methods that return tasks, with values as parameters
/// and results.</typeparam>
public sealed class Plugin<TContract> : IPlugin<TContract>
    where TContract : class
{
    private readonly PluginSetup _setup;
    private readonly SemaphoreSlim _lifecycle = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Queue<Task<PluginProcess<TContract>>> _spares = new();
    private readonly Queue<long> _restarts = new();
    private TaskCompletionSource<PluginProcess<TContract>>? _ready;
    private PluginProcess<TContract>? _current;
    private CancellationTokenSource _stop = new();
    private Task _supervision = Task.CompletedTask;
    private Task _telling = Task.CompletedTask;
    private bool _isDisposed;

    /// <summary>A plug-in that does not run yet.</summary>
    /// <param name="name">What the host calls it, in its log too.</param>
    /// <param name="provider">Who makes the sandboxes.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="loggerFactory">Where messages go, in the category <c>Isolation.Plugins.NAME</c>. Default:
    /// nowhere.</param>
    /// <param name="timeProvider">The clock for deadlines. Default: the system's.</param>
    /// <param name="services">Where grants come from that are made by services. Default: null.</param>
    /// <exception cref="ArgumentException">An option is missing or out of its range, or an interface cannot be
    /// called.</exception>
    /// <exception cref="SandboxSpecificationException">The command contradicts itself.</exception>
    public Plugin(
        string name, ISandboxProvider provider, PluginOptions options, ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null, IServiceProvider? services = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(options);
        ContractRules.Check(typeof(TContract));
        ILogger logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger($"Isolation.Plugins.{name}");
        _setup = new PluginSetup(name, provider, options, logger, timeProvider ?? TimeProvider.System, services);
    }

    /// <inheritdoc/>
    public event EventHandler<PluginStateChangedEventArgs>? StateChanged;

    /// <inheritdoc/>
    public string Name => _setup.Name;

    /// <inheritdoc/>
    public PluginState State { get; private set; }

    /// <inheritdoc/>
    public PluginFailure? LastFailure { get; private set; }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        Task ready;
        await _lifecycle.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (State == PluginState.Failed)
            {
                // It clears its spares away, with which it ends.
                await _stop.CancelAsync().ConfigureAwait(false);
                await _supervision.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            if (_supervision.IsCompleted)
            {
                _stop.Dispose();
                _stop = new CancellationTokenSource();
                _restarts.Clear();
                SetState(PluginState.Starting, LastFailure);
                _supervision = Task.Run(() => SuperviseAsync(_stop.Token), CancellationToken.None);
            }

            lock (_gate)
            {
                ready = _ready!.Task;
            }
        }
        finally
        {
            _lifecycle.Release();
        }

        await ready.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken = default) =>
        StopCoreAsync(isLast: false).WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopCoreAsync(isLast: true).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<TResult> CallAsync<TResult>(
        Func<TContract, CancellationToken, Task<TResult>> request, TimeSpan? deadline = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        TimeSpan limit = deadline ?? _setup.CallTimeout;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero, nameof(deadline));
        using CancellationTokenSource timeout = new(limit, _setup.Time);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(
            timeout.Token, cancellationToken);
        try
        {
            PluginProcess<TContract> process = await Ready().WaitAsync(end.Token).ConfigureAwait(false);
            while (process.IsClosed)
            {
                // It ended, which is being found out; the call is for the next.
                await process.Retired.WaitAsync(end.Token).ConfigureAwait(false);
                process = await Ready().WaitAsync(end.Token).ConfigureAwait(false);
            }

            return await process.CallAsync(request, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception)
            when (exception.CancellationToken == end.Token && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Plug-in {Name} did not answer within {limit}.", exception);
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
    }

    private Task<PluginProcess<TContract>> Ready()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _ready?.Task ?? throw new PluginUnavailableException($"Plug-in {Name} was not started.");
        }
    }

    private async Task StopCoreAsync(bool isLast)
    {
        await _lifecycle.WaitAsync().ConfigureAwait(false);
        try
        {
            lock (_gate)
            {
                _isDisposed |= isLast;
            }

            await _stop.CancelAsync().ConfigureAwait(false);
            await _supervision.ConfigureAwait(false);
            if (State == PluginState.Failed)
            {
                SetState(PluginState.Stopped, LastFailure);
            }
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <summary>One process after another, until it is stopped or has ended too often.</summary>
    private async Task SuperviseAsync(CancellationToken stop)
    {
        PluginState last = PluginState.Stopped;
        try
        {
            while (true)
            {
                PluginFailure failure = await RunAsync(stop).ConfigureAwait(false);
                _setup.Logger.PluginFailed(Name, failure.Kind, failure.Message);
                if (!MayRestart(out TimeSpan delay))
                {
                    SetState(PluginState.Failed, failure);
                    last = PluginState.Failed;
                    return;
                }

                if (!_spares.Any(MayBeUsable))
                {
                    SetState(PluginState.Waiting, failure);
                    await Task.Delay(delay, _setup.Time, stop).ConfigureAwait(false);
                }

                SetState(PluginState.Starting, failure);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It was to stop, and has stopped.
        }
        finally
        {
            await Task.WhenAll(_spares.Select(StopSpareAsync)).ConfigureAwait(false);
            _spares.Clear();
            if (last == PluginState.Stopped)
            {
                SetState(PluginState.Stopped, LastFailure);
            }
        }
    }

    /// <summary>One process from its start to its end.</summary>
    private async Task<PluginFailure> RunAsync(CancellationToken stop)
    {
        PluginProcess<TContract> process;
        try
        {
            process = await TakeSpareAsync().ConfigureAwait(false)
                ?? await PluginProcess<TContract>.StartAsync(_setup, stop).ConfigureAwait(false);
        }
        catch (PluginUnavailableException exception)
        {
            return exception.Failure!;
        }

        SetState(PluginState.Ready, LastFailure, process);
        while (_spares.Count < _setup.Spares)
        {
            _spares.Enqueue(Task.Run(() => PluginProcess<TContract>.StartAsync(_setup, stop), CancellationToken.None));
        }

        try
        {
            PluginFailure failure = await process.Ended.WaitAsync(stop).ConfigureAwait(false);
            await process.DisposeAsync().ConfigureAwait(false);
            return failure;
        }
        catch (OperationCanceledException)
        {
            await process.StopAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>It starts still, or runs.</summary>
    private static bool MayBeUsable(Task<PluginProcess<TContract>> spare) =>
        !spare.IsCompleted || (spare.IsCompletedSuccessfully && !spare.Result.Ended.IsCompleted);

    private async Task StopSpareAsync(Task<PluginProcess<TContract>> spare)
    {
        if (await TryGetAsync(spare).ConfigureAwait(false) is { } unused)
        {
            await unused.StopAsync().ConfigureAwait(false);
        }
    }

    private async Task<PluginProcess<TContract>?> TakeSpareAsync()
    {
        while (_spares.TryDequeue(out Task<PluginProcess<TContract>>? spare))
        {
            if (await TryGetAsync(spare).ConfigureAwait(false) is { } process)
            {
                if (!process.Ended.IsCompleted)
                {
                    return process;
                }

                _setup.Logger.PluginSpareFailed(Name, (await process.Ended.ConfigureAwait(false)).Message);
                await process.DisposeAsync().ConfigureAwait(false);
            }
        }

        return null;
    }

    private async Task<PluginProcess<TContract>?> TryGetAsync(Task<PluginProcess<TContract>> spare)
    {
        try
        {
            return await spare.ConfigureAwait(false);
        }
        catch (PluginUnavailableException exception)
        {
            _setup.Logger.PluginSpareFailed(Name, exception.Message);
        }
        catch (OperationCanceledException)
        {
            // It was to stop while it started.
        }

        return null;
    }

    private bool MayRestart(out TimeSpan delay)
    {
        long now = _setup.Time.GetTimestamp();
        while (_restarts.TryPeek(out long earliest)
            && _setup.Time.GetElapsedTime(earliest, now) > _setup.Restart.Window)
        {
            _restarts.Dequeue();
        }

        delay = _setup.Restart.DelayOf(_restarts.Count);
        if (_restarts.Count >= _setup.Restart.MaximumRestarts)
        {
            return false;
        }

        _restarts.Enqueue(now);
        return true;
    }

    /// <summary>Who waits for calls is told under the lock, who listens to events is not.</summary>
    private void SetState(PluginState state, PluginFailure? failure, PluginProcess<TContract>? process = null)
    {
        lock (_gate)
        {
            PluginStateChangedEventArgs change = new(State, state, failure);
            State = state;
            LastFailure = failure;
            if (_ready is null || _ready.Task.IsCompleted)
            {
                _ready = new TaskCompletionSource<PluginProcess<TContract>>(
                    TaskCreationOptions.RunContinuationsAsynchronously);
            }

            if (process is not null)
            {
                _ready.SetResult(process);
            }
            else if (state is PluginState.Stopped or PluginState.Failed)
            {
                string reason = state == PluginState.Failed
                    ? $"ended too often, the last time because: {failure?.Message}"
                    : "was stopped.";
                _ready.SetException(new PluginUnavailableException($"Plug-in {Name} {reason}") { Failure = failure });
                _ = _ready.Task.Exception;
            }

            _current?.Retire();
            _current = process;
            _telling = _telling.ContinueWith(
                _ => Tell(change), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private void Tell(PluginStateChangedEventArgs change)
    {
        _setup.Logger.PluginStateChanged(Name, change.Current);
        try
        {
            StateChanged?.Invoke(this, change);
        }
        catch (Exception exception)
        {
            _setup.Logger.PluginHandlerFailed(new LoggedException(exception), Name);
        }
    }
}
