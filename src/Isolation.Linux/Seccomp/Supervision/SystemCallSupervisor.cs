using System.Collections.Immutable;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Isolation.Linux.Errors;
using Isolation.Linux.Events;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Seccomp.Compiling;
using Isolation.Linux.Steps;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Seccomp.Supervision;

/// <summary>Records and answers the notifications of one command's filter.</summary>
internal sealed class SystemCallSupervisor : IThreadPoolWorkItem, IDisposable
{
    private const int HandlersAtOnce = 64;

    private readonly SystemCallSupervision _supervision;
    private readonly FilterRules _rules;
    private readonly TimeProvider _time;
    private readonly ObservedCallRecorder? _ledger;
    private readonly Socket _channel;
    private readonly CancellationTokenSource _over = new();
    private readonly Lock _gate = new();
    private SafeFileHandle? _listener;
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
        _time = time;
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
        SafeFileHandle? listener;
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

                _listener = new SafeFileHandle(descriptor, true);
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
        while (Volatile.Read(ref _handling) < HandlersAtOnce && TryHold(out int listener))
        {
            bool isThere;
            try
            {
                isThere = (Kernel.poll(listener) & Kernel.Pollin) != 0;
                if (isThere && Kernel.seccomp_notif_recv(listener, out Kernel.SeccompNotification call) == 0)
                {
                    Take(listener, call);
                }
            }
            finally
            {
                _listener!.DangerousRelease();
            }

            if (!isThere)
            {
                return;
            }
        }
    }

    private bool TryHold(out int listener)
    {
        listener = -1;
        bool isHeld = false;
        try
        {
            _listener?.DangerousAddRef(ref isHeld);
            listener = isHeld ? (int)_listener!.DangerousGetHandle() : -1;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }

        return isHeld;
    }

    private unsafe void Take(int listener, Kernel.SeccompNotification call)
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
                Kernel.seccomp_notif_send(
                    listener, new() { Id = call.Id, Flags = Kernel.SeccompUserNotifFlagContinue });
                break;
            case SystemCallActionKind.Errno:
                Kernel.seccomp_notif_send(listener, new() { Id = call.Id, Error = -action.Data });
                break;
            default:
                KillCaller(listener, call);
                break;
        }
    }

    private void Begin(ulong id, SystemCallNotification notification) =>
        _ = Task.Run(() => DecideAsync(id, notification));

    /// <summary>Kills the caller as the filter would. Its id cannot be reused while it waits.</summary>
    private void KillCaller(int listener, Kernel.SeccompNotification call)
    {
        Volatile.Write(ref _hasKilled, true);
        if (Kernel.seccomp_notif_id_valid(listener, call.Id) == 0)
        {
            Kernel.kill(call.ProcessId, (int)UnixSignal.SIGKILL);
        }

        Kernel.seccomp_notif_send(listener, new() { Id = call.Id, Error = -Errno.EPERM });
    }

    private async Task DecideAsync(ulong id, SystemCallNotification notification)
    {
        SystemCallDecision decision;
        try
        {
            decision = await AskInTimeAsync(notification).ConfigureAwait(false)
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

        Answer(id, decision);
        if (Interlocked.Decrement(ref _handling) == HandlersAtOnce - 1)
        {
            Wake();
        }
    }

    private async Task<SystemCallDecision> AskInTimeAsync(SystemCallNotification notification)
    {
        using CancellationTokenSource unneeded = new();
        Task<SystemCallDecision> answer = AskAsync(notification, unneeded.Token);
        try
        {
            return await answer.WaitAsync(_supervision.Deadline, _time, _over.Token).ConfigureAwait(false);
        }
        catch
        {
            _ = DropAsync(answer);
            throw;
        }
        finally
        {
            // A handler that is still running can stop.
            await unneeded.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Closes the descriptor of an answer that comes too late.</summary>
    private static async Task DropAsync(Task<SystemCallDecision> answer)
    {
        try
        {
            (await answer.ConfigureAwait(false))?.Descriptor?.Dispose();
        }
        catch (Exception)
        {
            // The call was already answered. The first failure is in the result; later ones are ignored.
        }
    }

    /// <summary>Calls the handler on a separate thread if it blocks, so that waiting for it does not block.</summary>
    private Task<SystemCallDecision> AskAsync(
        SystemCallNotification notification, CancellationToken cancellationToken) =>
        Task.Run(
            async () =>
                await (_supervision.Handler
                    ?? throw new InvalidOperationException("There is no handler."))(notification, cancellationToken)
                .ConfigureAwait(false),
            CancellationToken.None);

    private void Answer(ulong id, SystemCallDecision decision)
    {
        try
        {
            if (!TryHold(out int listener))
            {
                return;
            }

            try
            {
                // The caller may have ended; then there is nothing to answer.
                if (decision.Descriptor is { } descriptor)
                {
                    Install(listener, id, descriptor);
                }
                else
                {
                    Kernel.seccomp_notif_send(listener, new()
                    {
                        Id = id,
                        Value = decision.Value,
                        Error = -decision.ErrorNumber,
                        Flags = decision.IsAllowed ? Kernel.SeccompUserNotifFlagContinue : 0u,
                    });
                }
            }
            finally
            {
                _listener!.DangerousRelease();
            }
        }
        finally
        {
            decision.Descriptor?.Dispose();
        }
    }

    private void Install(int listener, ulong id, SafeHandle descriptor)
    {
        bool isHeld = false;
        long result;
        try
        {
            descriptor.DangerousAddRef(ref isHeld);
            result = Kernel.seccomp_notif_addfd(
                listener,
                new() { Id = id, Flags = Kernel.SeccompAddfdFlagSend, Source = (int)descriptor.DangerousGetHandle() });
        }
        catch (ObjectDisposedException exception)
        {
            Interlocked.CompareExchange(ref _failure, exception, null);
            result = -Errno.EPERM;
        }
        finally
        {
            if (isHeld)
            {
                descriptor.DangerousRelease();
            }
        }

        if (result < 0)
        {
            Kernel.seccomp_notif_send(listener, new() { Id = id, Error = (int)result });
        }
    }
}
