using Isolation.Linux.Events;
using Isolation.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Init;

/// <summary>
/// Represents the application's hold on one init, which this process has started or attached to: signals it, ends it,
/// or leaves it to the next application.
/// </summary>
internal sealed class InitConnection : IAsyncDisposable
{
    private readonly InitProcess _process;

    /// <summary>The descriptor, held during each call so that a closed and reused number is never used.</summary>
    private readonly SafeFileHandle _pidfd;
    private int _ended;

    /// <summary>Takes over a process. If the constructor throws, the caller must abandon the process.</summary>
    internal InitConnection(InitProcess process)
    {
        process.Memory?.LeaveTo(process.ProcessId);
        process.Channel.Open();
        _process = process;
        _pidfd = new SafeFileHandle(process.Pidfd, true);
    }

    internal int ProcessId => _process.ProcessId;

    /// <summary>Gets the pidfd of init, open until this object is disposed of.</summary>
    internal int Pidfd => _process.Pidfd;

    /// <summary>Gets the control socket.</summary>
    internal InitChannel Channel => _process.Channel;

    /// <summary>Gets whether init ended on request, after all of its descendants had ended.</summary>
    internal bool HasEndedByItself { get; private set; }

    /// <summary>Records that init has sent a message, so it has left the application's memory.</summary>
    internal void OnMessage() => _process.Memory?.Dispose();

    /// <summary>Opens the root directory of the sandbox.</summary>
    internal SafeFileHandle OpenRoot()
    {
        using HeldDescriptor held = new(_pidfd);
        return ProcessRoot.Open(ProcessId, held.Number);
    }

    /// <summary>Kills init, and with it every process in its PID namespace.</summary>
    internal void Kill() => Signal(UnixSignal.SIGKILL);

    /// <summary>Sends a signal to init. Does nothing if init has ended.</summary>
    internal void Signal(UnixSignal signal)
    {
        using HeldDescriptor held = new(_pidfd);
        if (held.IsOpen)
        {
            Kernel.pidfd_send_signal(held.Number, (int)signal);
        }
    }

    /// <summary>Lets init end by itself. Returns whether init ended within the time.</summary>
    internal async ValueTask<bool> TryEndByItselfAsync(TimeSpan patience, TimeProvider time)
    {
        if (Volatile.Read(ref _ended) != 0 || HasEndedByItself)
        {
            return true;
        }

        try
        {
            Channel.Shutdown();
            await ExitWaiter.WaitAsync(_process.Pidfd).AsTask().WaitAsync(patience, time).ConfigureAwait(false);
            HasEndedByItself = true;
            return true;
        }
        catch (TimeoutException)
        {
            // The kernel or slow processes delay the end.
            return false;
        }
    }

    /// <summary>
    /// Closes the channel, and leaves a detached init running. If it is a child of this process, it is waited for in
    /// the background.
    /// </summary>
    internal void Leave()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            Channel.Dispose();
            if (_process.IsChild)
            {
                _ = WaitAsync();
            }
            else
            {
                _pidfd.Dispose();
            }
        }

        async Task WaitAsync()
        {
            await ExitWaiter.WaitAsync(_process.Pidfd).ConfigureAwait(false);
            _pidfd.Dispose();
        }
    }

    /// <summary>Kills init if it still runs, waits until the kernel has released it, and closes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
        {
            return;
        }

        Kernel.pidfd_send_signal(_process.Pidfd, (int)UnixSignal.SIGKILL);
        await ExitWaiter.WaitAsync(_process.Pidfd).ConfigureAwait(false);
        _process.Memory?.Dispose();
        _pidfd.Dispose();
        Channel.Dispose();
    }
}
