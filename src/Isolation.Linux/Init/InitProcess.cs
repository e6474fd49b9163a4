using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Init;

/// <summary>A started init: a child of this process that has to be waited for.</summary>
/// <param name="ProcessId">As the host sees it.</param>
/// <param name="Pidfd">Open until the process was waited for.</param>
/// <param name="Control">The host's end of the control socket.</param>
/// <param name="Memory">This process's memory, hidden while it may still share it.</param>
internal readonly record struct InitProcess(int ProcessId, int Pidfd, int Control, SharedMemory? Memory = null)
{
    /// <summary>Ends a launch that went wrong: kills init, waits for it and closes both descriptors.</summary>
    internal void Abandon()
    {
        Kernel.close(Control);
        Kernel.pidfd_send_signal(Pidfd, (int)UnixSignal.SIGKILL);
        WaitAndClose();
        Memory?.Dispose();
    }

    /// <summary>Waits for the end of a process that ends by itself, and closes its pidfd.</summary>
    internal void WaitAndClose()
    {
        while (Kernel.waitid(Pidfd, 0, out _) == -Errno.EINTR)
        {
        }

        Kernel.close(Pidfd);
    }

    /// <summary>Sends a program that fits into one message to a process that has no other to run yet.</summary>
    internal long Send(ProgramBuilder program, params ReadOnlySpan<int> descriptors)
    {
        Span<byte> header = stackalloc byte[16];
        header.Clear();
        return Kernel.sendmsg(Control, header, program.Content, default, descriptors);
    }
}
