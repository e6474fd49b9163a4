using System.Globalization;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;

namespace Isolation.Linux.State;

/// <summary>
/// Identifies a process beyond its end, the reuse of its id and a restart of the host: no two processes agree in all
/// members.
/// </summary>
/// <param name="BootId">The boot of the host (<c>/proc/sys/kernel/random/boot_id</c>).</param>
/// <param name="PidNamespace">The PID namespace in which the id is valid.</param>
/// <param name="ProcessId">The process id.</param>
/// <param name="StartTime">The start time, in clock ticks since the boot.</param>
internal sealed record ProcessIdentity(string BootId, string PidNamespace, int ProcessId, string StartTime)
{
    /// <summary>Reads the identity of a running process.</summary>
    /// <exception cref="SandboxException">There is no such process.</exception>
    internal static ProcessIdentity Of(int processId) => new(
        CurrentBootId, CurrentPidNamespace, processId, ProcessStatus.Read(processId) is { HasEnded: false } status
            ? status.StartTime
            : throw new SandboxException(string.Create(
                CultureInfo.InvariantCulture, $"The sandbox's first process ({processId}) has ended.")));

    /// <summary>Gets whether the process is of this boot and visible from this PID namespace.</summary>
    internal bool IsVisible => BootId == CurrentBootId && PidNamespace == CurrentPidNamespace;

    /// <summary>Gets whether the process is known to have ended.</summary>
    internal bool HasEnded => BootId != CurrentBootId
        || (PidNamespace == CurrentPidNamespace
            && (ProcessStatus.Read(ProcessId) is not { HasEnded: false } status || status.StartTime != StartTime));

    private static string CurrentBootId => CgroupFiles.Read("/proc/sys/kernel/random/boot_id")?.Trim() ?? "";

    private static string CurrentPidNamespace => new FileInfo("/proc/self/ns/pid").LinkTarget ?? "";

    /// <summary>Opens a pidfd of the process; null if it has ended.</summary>
    internal int? Open()
    {
        if (Kernel.pidfd_open(ProcessId) is not (>= 0 and long pidfd))
        {
            return null;
        }

        // Afterwards, the id cannot be reused unnoticed.
        if (!HasEnded)
        {
            return (int)pidfd;
        }

        Kernel.close((int)pidfd);
        return null;
    }
}
