using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Init;

/// <summary>Represents a started init, a child process that must be waited for.</summary>
/// <param name="ProcessId">The process id in the application's PID namespace.</param>
/// <param name="Pidfd">The pidfd, open until the process has been waited for.</param>
/// <param name="Control">The application's end of the control socket.</param>
/// <param name="Memory">The memory of the application, hidden while init may still share it.</param>
internal readonly record struct InitProcess(int ProcessId, int Pidfd, int Control, SharedMemory? Memory = null)
{
    /// <summary>Abandons a failed launch: kills init, waits for it and closes both descriptors.</summary>
    internal void Abandon()
    {
        Kernel.close(Control);
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

    /// <summary>Sends a program that fits into one message to a process that has no other program to run.</summary>
    internal long Send(ProgramBuilder program, params ReadOnlySpan<int> descriptors)
    {
        Span<byte> header = stackalloc byte[16];
        header.Clear();
        return Kernel.sendmsg(Control, header, program.Content, default, descriptors);
    }
}
