using System.Globalization;
using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Init;

/// <summary>
/// Opens the root directory of a process through procfs, and detects a reused process id.
/// </summary>
internal static class ProcessRoot
{
    /// <summary>Opens the root directory of a process for path lookups (O_PATH).</summary>
    /// <param name="processId">The process id at the start of the process.</param>
    /// <param name="pidfd">The pidfd of the process; -1 if it has been closed.</param>
    /// <exception cref="SandboxException"><c>ESRCH</c>: the process has ended.</exception>
    internal static SafeFileHandle Open(int processId, int pidfd)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}");
        long process = Kernel.openat(Kernel.AtFdcwd, path, Kernel.OPath | Kernel.ODirectory | Kernel.OCloexec);
        if (process < 0)
        {
            throw Ended();
        }

        try
        {
            // A process id is reused only after its process has been waited for. If the process can still be signaled
            // now, the id was its own when the directory was opened, and the directory keeps referring to that process.
            long root = pidfd < 0 || Kernel.pidfd_send_signal(pidfd, 0) < 0
                ? -Errno.ESRCH
                : Kernel.openat((int)process, "root", Kernel.OPath | Kernel.ODirectory | Kernel.OCloexec);

            // A process that is exiting, or has ended without being waited for, has no root; for the latter, ordinary
            // users get another error.
            bool hasEnded = root is -Errno.ESRCH or -Errno.ENOENT
                || (root < 0 && (Kernel.poll(pidfd) & Kernel.Pollin) != 0);
            return hasEnded
                ? throw Ended()
                : new SafeFileHandle((int)SandboxErrors.Check(root, "look into", "the sandbox"), ownsHandle: true);
        }
        finally
        {
            Kernel.close((int)process);
        }
    }

    /// <summary>Opens the root directory of this process.</summary>
    internal static SafeFileHandle OpenOwn() =>
        new((int)SandboxErrors.Check(
            Kernel.openat(Kernel.AtFdcwd, "/", Kernel.OPath | Kernel.ODirectory | Kernel.OCloexec), "open", "/"),
            ownsHandle: true);

    private static SandboxException Ended() =>
        SandboxErrors.Refuse(
            new ProgramStep("look into", "the sandbox"), Errno.ESRCH, "its first process has ended",
            "Access the files before the sandbox ends.");
}
