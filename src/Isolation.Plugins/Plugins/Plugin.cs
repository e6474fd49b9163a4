using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Isolation.Plugins;

/// <summary>
/// Represents a plug-in in a sandbox, which is started, called, restarted when its process ends, and stopped. With
/// dependency injection, <see cref="PluginServiceCollectionExtensions.AddPlugin"/> creates it.
/// </summary>
/// <typeparam name="TContract">
/// The interface that the plug-in implements. Its methods return tasks, and have values as parameters and results.
/// </typeparam>
public sealed class Plugin<TContract> : IPlugin<TContract>
    where TContract : class
{
    private readonly PluginSetup _setup;
    private readonly SemaphoreSlim _lifecycle = new(1, 1);
    private readonly Lock _gate = new();
    private readonly PluginSpares<TContract> _spares;
    private readonly PluginRestarts _restarts;
    private TaskCompletionSource<PluginProcess<TContract>>? _ready;
    private PluginProcess<TContract>? _current;
    private CancellationTokenSource _stop = new();
    private Task _supervision = Task.CompletedTask;
    private Task _telling = Task.CompletedTask;
    private bool _isDisposed;

    /// <summary>Initializes a new instance of the <see cref="Plugin{TContract}"/> class, without starting it.</summary>
    /// <param name="name">The name of the plug-in, which also appears in the log.</param>
    /// <param name="provider">The provider of the sandboxes.</param>
    /// <param name="options">The options.</param>
    /// <param name="loggerFactory">
    /// The factory of the logger, whose category is <c>Isolation.Plugins.NAME</c>. Default: null, no logging.
    /// </param>
    /// <param name="timeProvider">The clock for deadlines. Default: null, the system clock.</param>
    /// <param name="services">The services from which grants are created. Default: null.</param>
    /// <exception cref="ArgumentException">
    /// An option is missing or out of range, or an interface is not supported.
    /// </exception>
    /// <exception cref="SandboxSpecificationException">The command is invalid.</exception>
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
        _spares = new PluginSpares<TContract>(_setup);
        _restarts = new PluginRestarts(_setup.Restart, _setup.Time);
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
                // The supervision stops the spares before it completes.
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
                // The process ended, but the supervision has not replaced it yet. The call is for the next process.
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

    /// <summary>Runs one process after another until the plug-in is stopped or has failed too often.</summary>
    private async Task SuperviseAsync(CancellationToken stop)
    {
        PluginState last = PluginState.Stopped;
        try
        {
            while (true)
            {
                PluginFailure failure = await RunAsync(stop).ConfigureAwait(false);
                _setup.Logger.PluginFailed(Name, failure.Kind, failure.Message);
                if (!_restarts.TryTake(out TimeSpan delay))
                {
                    SetState(PluginState.Failed, failure);
                    last = PluginState.Failed;
                    return;
                }

                if (!_spares.MayBeUsable)
                {
                    SetState(PluginState.Waiting, failure);
                    await Task.Delay(delay, _setup.Time, stop).ConfigureAwait(false);
                }

                SetState(PluginState.Starting, failure);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The plug-in was stopped.
        }
        finally
        {
            await _spares.StopAsync().ConfigureAwait(false);
            if (last == PluginState.Stopped)
            {
                SetState(PluginState.Stopped, LastFailure);
            }
        }
    }

    /// <summary>Runs one process from its start to its end.</summary>
    private async Task<PluginFailure> RunAsync(CancellationToken stop)
    {
        PluginProcess<TContract> process;
        try
        {
            process = await _spares.TakeAsync().ConfigureAwait(false)
                ?? await PluginProcess<TContract>.StartAsync(_setup, stop).ConfigureAwait(false);
        }
        catch (PluginUnavailableException exception)
        {
            return exception.Failure!;
        }

        SetState(PluginState.Ready, LastFailure, process);
        _spares.Fill(stop);

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

    /// <summary>Completes the wait of callers under the lock, but raises events outside of it.</summary>
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
                    ? $"failed too often. Last failure: {failure?.Message}"
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
