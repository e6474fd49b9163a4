using System.Globalization;
using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>Opens a file after its type is known.</summary>
internal static class OpenedFile
{
    /// <summary>
    /// Opens the regular file of an O_PATH descriptor for reading. Checks the type first, because opening other types
    /// may have side effects.
    /// </summary>
    /// <exception cref="SandboxException"><c>EINVAL</c>: not a regular file.</exception>
    internal static SafeFileHandle Reopen(int place, string name, StepKind kind = StepKind.TakeFile)
    {
        SandboxErrors.Check(Kernel.statx(place, out FileStatus status), "look at", name);
        if (status.Type != Kernel.RegularFile)
        {
            throw SandboxErrors.Refuse(
                new ProgramStep("read", name, kind), Errno.EINVAL, "not a regular file",
                "Only regular files can be copied.");
        }

        long file = TryReopen(place);
        return file == -Errno.EAGAIN
            ? throw SandboxErrors.Create(
                new ProgramStep("read", name, kind), Errno.EAGAIN,
                "another process holds a lease on the file, see F_SETLEASE in fcntl(2)",
                "Retry later: the kernel breaks the lease after the seconds in /proc/sys/fs/lease-break-time, or at "
                    + "once if the process ends.")
            : new SafeFileHandle((int)SandboxErrors.Check(file, "read", name, kind), ownsHandle: true);
    }

    /// <summary>
    /// Opens the file of an O_PATH descriptor for reading. Never blocks; a lease fails with EAGAIN. Returns a
    /// descriptor or a negated error number.
    /// </summary>
    internal static long TryReopen(int place) =>
        Kernel.openat(
            Kernel.AtFdcwd, Link(place), Kernel.ORdonly | Kernel.ONonblock | Kernel.ONoctty | Kernel.OCloexec);

    /// <summary>Gets the link by which the kernel opens the file directly, without a path lookup.</summary>
    internal static string Link(int descriptor) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}");
}
