using System.Globalization;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Init;

/// <summary>
/// Opens the root directory of a process by procfs, without taking another process for it that was given its number
/// since.
/// </summary>
internal static class ProcessRoot
{
    /// <summary>Opens it for looking names up (O_PATH).</summary>
    /// <param name="processId">The number that the process had when it was started.</param>
    /// <param name="pidfd">Its pidfd; -1 where that was closed already.</param>
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
            // A number is given away again only when its process was waited for. So if that process can still be
            // signaled now, the number was its own
            // when the directory was opened; and the directory stays with the process, whoever gets the number later.
            long root = pidfd < 0 || Kernel.pidfd_send_signal(pidfd, 0) < 0
                ? -Errno.ESRCH
                : Kernel.openat((int)process, "root", Kernel.OPath | Kernel.ODirectory | Kernel.OCloexec);

            // One that has ended and was not waited for yet has no root any more, which ordinary users are refused in
            // other words.
            bool hasEnded = root == -Errno.ESRCH || (root < 0 && (Kernel.poll(pidfd) & Kernel.Pollin) != 0);
            return hasEnded
                ? throw Ended()
                : new SafeFileHandle((int)Errors.Check(root, "look into", "the sandbox"), ownsHandle: true);
        }
        finally
        {
            Kernel.close((int)process);
        }
    }

    /// <summary>Opens that of this process.</summary>
    internal static SafeFileHandle OpenOwn() =>
        new((int)Errors.Check(
            Kernel.openat(Kernel.AtFdcwd, "/", Kernel.OPath | Kernel.ODirectory | Kernel.OCloexec), "open", "/"),
            ownsHandle: true);

    private static SandboxException Ended() =>
        new("look into the sandbox", "the sandbox", Errno.ESRCH, nameof(Errno.ESRCH), "Its first process has ended",
            "Read files before the sandbox ends.");
}
