using Isolation.Linux.Interop;

namespace Isolation.Linux.Init;

/// <summary>Represents a running init, which this process has started or attached to.</summary>
/// <param name="ProcessId">The process id in the application's PID namespace.</param>
/// <param name="Pidfd">The pidfd, open until the process has been waited for.</param>
/// <param name="Channel">The control socket.</param>
/// <param name="Memory">The memory of the application, hidden while init may still share it.</param>
internal readonly record struct InitProcess(
    int ProcessId, int Pidfd, InitChannel Channel, SharedMemory? Memory = null)
{
    /// <summary>Gets whether this process must wait for the process when it ends.</summary>
    internal bool IsChild { get; init; } = true;

    /// <summary>Abandons a failed launch: kills init, waits for it and closes both descriptors.</summary>
    internal void Abandon()
    {
        Channel.Dispose();
        Kernel.pidfd_send_signal(Pidfd, (int)UnixSignal.SIGKILL);
        WaitAndClose();
        Memory?.Dispose();
    }

    /// <summary>Waits for a process that ends by itself, and closes its pidfd.</summary>
    internal void WaitAndClose()
    {
        while (Kernel.waitid(Pidfd, 0, out _) == -Errno.EINTR)
        {
        }

        Kernel.close(Pidfd);
    }
}
