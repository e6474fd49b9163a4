using System.Text.Json;
using StreamJsonRpc;

namespace Isolation.Plugins;

/// <summary>Represents one process of a plug-in in its own sandbox, from its start to its end.</summary>
internal sealed class PluginProcess<TContract> : IAsyncDisposable
    where TContract : class
{
    /// <summary>The maximum time to read remaining output after the process has ended.</summary>
    private static readonly TimeSpan OutputPatience = TimeSpan.FromSeconds(2);

    private readonly PluginSetup _setup;
    private readonly PluginLog _log;
    private readonly ISandbox _sandbox;
    private readonly ISandboxProcess _process;
    private readonly HostMessageHandler _handler;
    private readonly HostRpc _rpc;
    private readonly TContract _proxy;
    private readonly Task _output;
    private readonly TaskCompletionSource<PluginFailure> _ended = new(
        TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _retired = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PluginFailure? _killed;
    private int _isStopping;
    private Task? _disposal;

    private PluginProcess(PluginSetup setup, ISandbox sandbox, ISandboxProcess process)
    {
        _setup = setup;
        _sandbox = sandbox;
        _process = process;
        _log = new PluginLog(setup.Name, setup.Logger, setup.Limits, setup.Time);
        _output = Task.WhenAll(
            OutputLines.ReadAsync(process.StandardOutput!, _log.WriteOutput, setup.Time),
            OutputLines.ReadAsync(process.StandardError!, _log.WriteError, setup.Time));
        _handler = new HostMessageHandler(process.Channel!, setup.Limits, _log, setup.GrantedMethods, setup.Time);
        _rpc = new HostRpc(_handler, _log)
        {
            CancelLocallyInvokedMethodsWhenConnectionIsClosed = true,
        };
        foreach ((Type type, object implementation) in setup.Grants)
        {
            _rpc.AddLocalRpcTarget(type, implementation, PluginProtocol.TargetOptions(type));
        }

        _proxy = _rpc.Attach<TContract>(PluginProtocol.ProxyOptions(typeof(TContract)));
        _rpc.StartListening();
        _ = WatchAsync();
    }

    /// <summary>Gets a task that completes with the failure when the process has ended.</summary>
    internal Task<PluginFailure> Ended => _ended.Task;

    /// <summary>Gets a value indicating whether the process no longer accepts calls.</summary>
    internal bool IsClosed => _rpc.IsDisposed || _rpc.Completion.IsCompleted;

    /// <summary>Gets a task that completes when the process is no longer the current one.</summary>
    internal Task Retired => _retired.Task;

    /// <summary>Starts a process and waits until it is ready.</summary>
    /// <exception cref="PluginUnavailableException">
    /// The process cannot be started; everything created so far was removed.
    /// </exception>
    internal static async Task<PluginProcess<TContract>> StartAsync(
        PluginSetup setup, CancellationToken cancellationToken)
    {
        PluginProcess<TContract>? started = null;
        ISandbox? sandbox = null;
        try
        {
            sandbox = await setup.Provider.CreateAsync(setup.Specification, cancellationToken).ConfigureAwait(false);
            ISandboxProcess process = await sandbox.StartAsync(setup.Command, cancellationToken).ConfigureAwait(false);
            started = new PluginProcess<TContract>(setup, sandbox, process);
            await started.InitializeAsync(cancellationToken).ConfigureAwait(false);
            return started;
        }
        catch (Exception exception)
        {
            PluginFailure? failure = null;
            if (started is not null)
            {
                await started.DisposeAsync().ConfigureAwait(false);
                failure = await started.Ended.ConfigureAwait(false);
            }
            else if (sandbox is not null)
            {
                await sandbox.DisposeAsync().ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();

            failure = PluginFailures.OfStart(failure, exception, started is not null);
            throw new PluginUnavailableException(
                $"Plug-in {setup.Name} cannot be started: {failure.Message}", failure.Exception)
            {
                Failure = failure,
            };
        }
    }

    internal void Retire() => _retired.TrySetResult();

    /// <summary>
    /// Makes a call. The token combines the deadline and the cancellation by the caller. Text from the plug-in is
    /// escaped and put into the message. It is not passed on as an inner exception, which would get into logs
    /// unescaped.
    /// </summary>
    internal async Task<TResult> CallAsync<TResult>(
        Func<TContract, CancellationToken, Task<TResult>> call, CancellationToken cancellationToken)
    {
        Task<TResult>? answer = null;
        try
        {
            answer = call(_proxy, cancellationToken);
            return await answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (answer is not null)
            {
                _ = KillUnlessAnsweredAsync(answer);
            }

            throw;
        }
        catch (OperationCanceledException)
        {
            throw new PluginCallException("The plug-in canceled a call that the application did not cancel.");
        }
        catch (Exception exception) when (PluginFailures.OfAnswer(exception) is { } error)
        {
            throw error;
        }
        catch (Exception exception)
            when (exception is ConnectionLostException || (exception is ObjectDisposedException && _rpc.IsDisposed))
        {
            PluginFailure failure = await Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
            throw new PluginUnavailableException(
                $"Plug-in {_setup.Name} ended before it answered: {failure.Message}")
            {
                Failure = failure,
            };
        }
    }

    /// <summary>Closes the channel, and kills the process if it does not exit.</summary>
    internal async Task StopAsync()
    {
        Interlocked.Exchange(ref _isStopping, 1);
        _rpc.Dispose();

        // Disposing kills a process that has not exited.
        await ((Task)_process.WaitForExitAsync().WaitAsync(_setup.StopGrace, _setup.Time))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Kills the process, removes the sandbox, and waits for both.</summary>
    public async ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref _isStopping, 1);
        TaskCompletionSource disposal = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _disposal, disposal.Task, null) is { } begun)
        {
            await begun.ConfigureAwait(false);
            return;
        }

        _rpc.Dispose();
        await _sandbox.DisposeAsync().ConfigureAwait(false);
        await Ended.ConfigureAwait(false);
        await _process.DisposeAsync().ConfigureAwait(false);
        await _output.ConfigureAwait(false);
        _log.Flush();
        disposal.SetResult();
    }

    private async Task InitializeAsync(CancellationToken cancellationToken)
    {
        InitializeRequest request = new(PluginProtocol.Version, _setup.Name, _setup.Limits.MessageSize);
        try
        {
            int version = await _rpc.InvokeWithCancellationAsync<int>(
                PluginProtocol.Initialize, [request], CancellationToken.None)
                .WaitAsync(_setup.StartTimeout, _setup.Time, cancellationToken).ConfigureAwait(false);
            if (version != PluginProtocol.Version)
            {
                Kill(
                    new PluginFailure(
                        PluginFailureKind.ProtocolViolation,
                        $"It speaks version {version} of the protocol instead of {PluginProtocol.Version}."));
                throw new PluginException("The protocol versions differ.");
            }
        }
        catch (TimeoutException)
        {
            Kill(
                new PluginFailure(
                    PluginFailureKind.StartFailed,
                    $"It did not answer the initialization request within {_setup.StartTimeout}."));
            throw;
        }
        catch (ConnectionLostException)
        {
            await Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
            throw;
        }
        catch (Exception exception)
            when (exception is RemoteRpcException or JsonException || IsCanceledByPlugin(exception, cancellationToken))
        {
            Kill(
                new PluginFailure(
                    PluginFailureKind.StartFailed,
                    $"It rejected the initialization request: {PluginFailures.Escape(exception)}"));
            throw;
        }
    }

    private static bool IsCanceledByPlugin(Exception exception, CancellationToken cancellationToken) =>
        exception is OperationCanceledException && !cancellationToken.IsCancellationRequested;

    private async Task KillUnlessAnsweredAsync(Task answer)
    {
        // A call that was not sent yet completes when it is canceled. The write that blocked it must complete as well.
        Task settled = Task.WhenAll(answer, _handler.CurrentWrite);
        await Task.WhenAny(settled, Ended, Task.Delay(_setup.CancellationGrace, _setup.Time)).ConfigureAwait(false);
        if (!settled.IsCompleted && !Ended.IsCompleted && Volatile.Read(ref _isStopping) == 0)
        {
            Kill(new PluginFailure(
                PluginFailureKind.Unresponsive,
                $"It was killed because it did not answer a canceled or overdue call within "
                    + $"{_setup.CancellationGrace}."));
        }

        // Observes the exception of a task that is no longer awaited.
        _ = settled.ContinueWith(
            static late => late.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Kills the process. The first reason counts.</summary>
    private void Kill(PluginFailure reason)
    {
        if (Interlocked.CompareExchange(ref _killed, reason, null) is null)
        {
            _rpc.Dispose();
            _ = _process.KillAsync().ContinueWith(
                static end => end.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    /// <summary>
    /// Waits until the process exits or the channel closes, ends the other one, and determines the reason.
    /// </summary>
    private async Task WatchAsync()
    {
        SandboxResult? result = null;
        Exception? lost = null;
        try
        {
            Task<SandboxResult> exit = _process.WaitForExitAsync();
            await Task.WhenAny(exit, _rpc.Completion).ConfigureAwait(false);
            if (!exit.IsCompleted && Volatile.Read(ref _isStopping) == 0)
            {
                if (PluginFailures.OfConversation(_rpc.Completion) is { } violation)
                {
                    Kill(violation);
                }
                else
                {
                    await Task.WhenAny(exit, Task.Delay(_setup.StopGrace, _setup.Time)).ConfigureAwait(false);
                    if (!exit.IsCompleted)
                    {
                        Kill(new PluginFailure(
                            PluginFailureKind.Ended, "It was killed because it closed its channel and did not exit."));
                    }
                }
            }

            result = await exit.ConfigureAwait(false);
            await ((Task)Task.WhenAll(_output, _rpc.Completion).WaitAsync(OutputPatience, _setup.Time))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception exception)
        {
            lost = exception;
        }

        _rpc.Dispose();
        PluginFailure failure = Volatile.Read(ref _killed)
            ?? (Volatile.Read(ref _isStopping) == 0 ? PluginFailures.OfConversation(_rpc.Completion) : null)
            ?? new PluginFailure(PluginFailureKind.Ended, PluginFailures.Describe(result, lost)) { Exception = lost };
        _ended.TrySetResult(failure with { Result = result, LastError = _log.LastError });
    }
}
