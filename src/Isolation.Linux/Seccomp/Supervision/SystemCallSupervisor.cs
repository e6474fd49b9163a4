using System.Collections.Immutable;
using System.Net.Sockets;
using Isolation.Linux.Errors;
using Isolation.Linux.Events;
using Isolation.Linux.Interop;
using Isolation.Linux.Seccomp.Compiling;

namespace Isolation.Linux.Seccomp.Supervision;

/// <summary>Records and answers the notifications of one command's filter.</summary>
internal sealed class SystemCallSupervisor : IThreadPoolWorkItem, IDisposable
{
    private const int HandlersAtOnce = 64;

    private readonly SystemCallSupervision _supervision;
    private readonly FilterRules _rules;
    private readonly SystemCallHandlerInvoker _handler;
    private readonly ObservedCallRecorder? _ledger;
    private readonly Socket _channel;
    private readonly CancellationTokenSource _over = new();
    private readonly Lock _gate = new();
    private SeccompListener? _listener;
    private IDisposable? _watch;
    private Exception? _failure;
    private int _payloadEnd;
    private int _wakes;
    private int _handling;
    private bool _hasKilled;

    private SystemCallSupervisor(SystemCallSupervision supervision, FilterRules rules, TimeProvider time)
    {
        _supervision = supervision;
        _rules = rules;
        _handler = new SystemCallHandlerInvoker(supervision, time, _over.Token);
        _ledger = supervision.Observation == SystemCallObservation.None ? null : new ObservedCallRecorder();
        SandboxErrors.Check(
            Kernel.socketpair(Kernel.AfUnix, Kernel.SockSeqpacket | Kernel.SockCloexec, out int host, out _payloadEnd),
            "create a socket for system calls", null);
        _channel = new Socket(new SafeSocketHandle(host, true));
    }

    /// <summary>Gets the descriptor of the socket that is passed to init. The supervisor closes it.</summary>
    internal int PayloadEnd => _payloadEnd;

    /// <summary>
    /// Gets a value indicating whether an observed call with a killing action was made and killed its caller.
    /// </summary>
    internal bool HasKilled => Volatile.Read(ref _hasKilled);

    /// <summary>Gets the first failure of the handler.</summary>
    internal Exception? Failure => Volatile.Read(ref _failure);

    internal ImmutableArray<ObservedCall> Observed => _ledger?.Read() ?? [];

    /// <summary>Creates a supervisor; returns <see langword="null"/> if the filter never notifies.</summary>
    internal static SystemCallSupervisor? Create(
        CompiledFilter? filter, SystemCallSupervision? supervision, TimeProvider time) =>
        filter is { HasNotify: true } ? new SystemCallSupervisor(supervision ?? new(), filter.Rules, time) : null;

    /// <summary>Starts waiting for the filter's descriptor.</summary>
    internal void Start()
    {
        ClosePayloadEnd();
        _ = TakeListenerAsync();
    }

    /// <summary>Stops the supervision: pending and later notifications fail with ENOSYS.</summary>
    public void Dispose()
    {
        SeccompListener? listener;
        lock (_gate)
        {
            if (_over.IsCancellationRequested)
            {
                return;
            }

            _over.Cancel();
            listener = _listener;
            _watch?.Dispose();
        }

        ClosePayloadEnd();
        _channel.Dispose();
        listener?.Dispose();
    }

    /// <summary>Runs on a thread-pool thread, one run at a time.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        int seen;
        do
        {
            seen = Volatile.Read(ref _wakes);
            TakeCalls();
        }
        while (Interlocked.Add(ref _wakes, -seen) > 0);
    }

    private void ClosePayloadEnd()
    {
        if (Interlocked.Exchange(ref _payloadEnd, -1) is >= 0 and int end)
        {
            Kernel.close(end);
        }
    }

    private async Task TakeListenerAsync()
    {
        try
        {
            byte[] message = new byte[sizeof(long)];
            if (await _channel.ReceiveAsync(message, SocketFlags.Peek, _over.Token).ConfigureAwait(false) == 0)
            {
                return;
            }

            int descriptor;
            lock (_gate)
            {
                if (_over.IsCancellationRequested || Kernel.recvmsg((int)_channel.Handle, message, out descriptor) <= 0
                    || descriptor < 0)
                {
                    return;
                }

                _listener = new SeccompListener(descriptor);
                _watch = DescriptorLoop.Watch(descriptor, Kernel.EpollIn, Wake);
            }

            Wake();
        }
        catch (Exception exception)
            when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The command never reached its filter, or has already ended.
        }
        catch (SandboxException exception)
        {
            // The descriptor cannot be watched, so no call would be answered: report the failure.
            Volatile.Write(ref _failure, exception);
            Dispose();
        }
    }

    private void Wake()
    {
        if (Interlocked.Increment(ref _wakes) == 1)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private void TakeCalls()
    {
        while (Volatile.Read(ref _handling) < HandlersAtOnce && _listener is { } listener
            && listener.TryHold())
        {
            bool isThere;
            try
            {
                isThere = listener.HasCall;
                if (isThere && listener.TryReceive(out Kernel.SeccompNotification call))
                {
                    Take(listener, call);
                }
            }
            finally
            {
                listener.DangerousRelease();
            }

            if (!isThere)
            {
                return;
            }
        }
    }

    private unsafe void Take(SeccompListener listener, Kernel.SeccompNotification call)
    {
        ReadOnlySpan<ulong> arguments = new(call.Arguments, 6);
        uint result = _rules.Evaluate((uint)call.Number, arguments);
        SystemCallAction action = FilterResult.ActionOf(result);
        if (action.Kind == SystemCallActionKind.Notify)
        {
            if (_supervision.Observation == SystemCallObservation.All)
            {
                _ledger!.Add(call.Number, result, arguments);
            }

            SystemCallNotification notification = new(
                SupervisedCall.NameOf(call.Number), SupervisedCall.Arguments(call.Number, arguments), call.ProcessId);
            Interlocked.Increment(ref _handling);
            Begin(call.Id, notification);
            return;
        }

        _ledger!.Add(call.Number, result, arguments);
        switch (action.Kind)
        {
            case SystemCallActionKind.Allow or SystemCallActionKind.Log:
                listener.Continue(call.Id);
                break;
            case SystemCallActionKind.Errno:
                listener.Fail(call.Id, action.Data);
                break;
            default:
                Volatile.Write(ref _hasKilled, true);
                listener.KillCaller(call);
                break;
        }
    }

    private void Begin(ulong id, SystemCallNotification notification) =>
        _ = Task.Run(() => DecideAsync(id, notification));

    private async Task DecideAsync(ulong id, SystemCallNotification notification)
    {
        SystemCallDecision decision;
        try
        {
            decision = await _handler.AskInTimeAsync(notification).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"The handler returned no decision for {notification.Name}.");
        }
        catch (Exception exception)
        {
            if (!_over.IsCancellationRequested)
            {
                Interlocked.CompareExchange(ref _failure, exception, null);
            }

            decision = SystemCallDecision.Deny();
        }

        _listener!.Answer(id, decision, ref _failure);
        if (Interlocked.Decrement(ref _handling) == HandlersAtOnce - 1)
        {
            Wake();
        }
    }
}
