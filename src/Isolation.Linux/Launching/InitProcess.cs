using Isolation.Linux.Interop;

namespace Isolation.Linux.Launching;

/// <summary>A started init: a child of this process that has to be waited for.</summary>
/// <param name="ProcessId">As the host sees it.</param>
/// <param name="Pidfd">Open until the process was waited for.</param>
/// <param name="Control">The host's end of the control socket.</param>
internal readonly record struct InitProcess(int ProcessId, int Pidfd, int Control)
{
    /// <summary>Ends a launch that went wrong: kills init, waits for it and closes both descriptors.</summary>
    internal void Abandon()
    {
        Kernel.close(Control);
        Kernel.pidfd_send_signal(Pidfd, (int)UnixSignal.Kill);
        Kernel.waitid(Pidfd, 0, out _);
        Kernel.close(Pidfd);
    }
}
