using System.Text.Json;
using StreamJsonRpc;

namespace Isolation.Plugins;

/// <summary>One process of a plug-in, in a sandbox of its own, from its start to its end.</summary>
internal sealed class PluginProcess<TContract> : IAsyncDisposable
    where TContract : class
{
    /// <summary>How long what was written before the end may take to be read.</summary>
    private static readonly TimeSpan OutputPatience = TimeSpan.FromSeconds(2);

    /// <summary>The most characters of a reason that has the plug-in's words in it.</summary>
    private const int ReasonLength = 500;

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

    /// <summary>Ends when the process has ended, with why.</summary>
    internal Task<PluginFailure> Ended => _ended.Task;

    /// <summary>Whether it takes no call any more.</summary>
    internal bool IsClosed => _rpc.IsDisposed || _rpc.Completion.IsCompleted;

    /// <summary>Ends when it is no longer the one that takes calls.</summary>
    internal Task Retired => _retired.Task;

    /// <summary>Starts a process and waits until it is ready.</summary>
    /// <exception cref="PluginUnavailableException">It cannot be started; nothing is left of it.</exception>
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

            // Once there is a process, what was thrown may say what the plug-in says.
            Exception? cause = started is null ? exception : failure?.Exception;
            string reason = failure?.Message ?? exception.Message;
            failure = new PluginFailure(
                failure?.Kind == PluginFailureKind.ProtocolViolation
                ? failure.Kind
                : PluginFailureKind.StartFailed, reason)
            {
                Exception = cause,
                Result = failure?.Result,
                LastError = failure?.LastError ?? "",
            };
            throw new PluginUnavailableException(
                $"Plug-in {setup.Name} cannot be started: {reason}", cause) { Failure = failure };
        }
    }

    internal void Retire() => _retired.TrySetResult();

    /// <summary>
    /// Makes a call. The token is the call's deadline and what its caller cancels it by. What came over the wire is
    /// told cleaned, in the message, and not as an inner exception, with which it would get into logs as it is.
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
            throw new PluginCallException("The plug-in canceled the call, which the host has not.");
        }
        catch (JsonException exception)
        {
            throw new PluginCallException(
                $"The plug-in answered with what is not the result of such a call: "
                + $"{UntrustedText.Escape(exception.Message, ReasonLength)}");
        }
        catch (RemoteInvocationException exception)
        {
            throw Answered(exception, exception.ErrorCode);
        }
        catch (RemoteMethodNotFoundException exception)
        {
            throw Answered(exception, (int)StreamJsonRpc.Protocol.JsonRpcErrorCode.MethodNotFound);
        }
        catch (RemoteRpcException exception) when (exception is not ConnectionLostException)
        {
            throw Answered(exception, 0);
        }
        catch (Exception exception)
            when (exception is ConnectionLostException || (exception is ObjectDisposedException && _rpc.IsDisposed))
        {
            PluginFailure failure = await Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
            throw new PluginUnavailableException(
                $"Plug-in {_setup.Name} ended before it answered: {failure.Message}") { Failure = failure };
        }
    }

    /// <summary>Closes the channel, and kills the process if it does not end.</summary>
    internal async Task StopAsync()
    {
        Interlocked.Exchange(ref _isStopping, 1);
        _rpc.Dispose();

        // Disposing kills what has not ended.
        await ((Task)_process.WaitForExitAsync().WaitAsync(_setup.StopGrace, _setup.Time))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Ends everything of it, and waits for that.</summary>
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
                        $"It speaks version {version} of the protocol; the host speaks {PluginProtocol.Version}."));
                throw new PluginException("The versions of the protocol differ.");
            }
        }
        catch (TimeoutException)
        {
            Kill(
                new PluginFailure(
                    PluginFailureKind.StartFailed,
                    $"It did not answer the host's first request within {_setup.StartTimeout}."));
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
                    $"It refused the host's first request: {UntrustedText.Escape(exception.Message, ReasonLength)}"));
            throw;
        }
    }

    private static bool IsCanceledByPlugin(Exception exception, CancellationToken cancellationToken) =>
        exception is OperationCanceledException && !cancellationToken.IsCancellationRequested;

    private static PluginCallException Answered(RemoteRpcException exception, int code) =>
        new(UntrustedText.Escape(exception.Message, 4096)) { ErrorCode = code };

    private async Task KillUnlessAnsweredAsync(Task answer)
    {
        // A call that still waited to be sent is canceled and done with. What holds it up must move on as well.
        Task settled = Task.WhenAll(answer, _handler.CurrentWrite);
        await Task.WhenAny(settled, Ended, Task.Delay(_setup.CancellationGrace, _setup.Time)).ConfigureAwait(false);
        if (!settled.IsCompleted && !Ended.IsCompleted && Volatile.Read(ref _isStopping) == 0)
        {
            Kill(new PluginFailure(
                PluginFailureKind.Unresponsive,
                $"It did not answer a call that was canceled or late within {_setup.CancellationGrace}, and "
                    + $"was killed."));
        }

        // Nobody waits for it any more; what it ends with was seen.
        _ = settled.ContinueWith(
            static late => late.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>The first reason stands.</summary>
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
    /// Waits for the end of the process or of the conversation, makes it the end of both, and says why.
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
                if (Violation() is { } violation)
                {
                    Kill(violation);
                }
                else
                {
                    await Task.WhenAny(exit, Task.Delay(_setup.StopGrace, _setup.Time)).ConfigureAwait(false);
                    if (!exit.IsCompleted)
                    {
                        Kill(new PluginFailure(
                            PluginFailureKind.Ended, "It closed its channel and ran on, and was killed."));
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
            ?? (Volatile.Read(ref _isStopping) == 0 ? Violation() : null)
            ?? new PluginFailure(PluginFailureKind.Ended, Describe(result, lost)) { Exception = lost };
        _ended.TrySetResult(failure with { Result = result, LastError = _log.LastError });
    }

    private PluginFailure? Violation() => _rpc.Completion.Exception?.InnerException switch
    {
        null => null,
        ProtocolViolationException violation =>
            new PluginFailure(
                PluginFailureKind.ProtocolViolation,
                $"It {UntrustedText.Escape(violation.Message, ReasonLength)}, and was killed."),
        IOException or ObjectDisposedException => null,
        Exception other =>
            new PluginFailure(
                PluginFailureKind.ProtocolViolation,
                $"It sent what the host cannot take: {UntrustedText.Escape(other.Message, ReasonLength)}"),
    };

    private static string Describe(SandboxResult? result, Exception? lost) => result switch
    {
        null => $"Its sandbox ended: {lost?.Message}",
        { Outcome: SandboxOutcome.Completed } => $"It exited with code {result.ExitCode}.",
        { Outcome: SandboxOutcome.Signaled } => $"It was ended by the signal {result.Signal}.",
        _ => $"It was ended: {result.Outcome}.",
    };
}
