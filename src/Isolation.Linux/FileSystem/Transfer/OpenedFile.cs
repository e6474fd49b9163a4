using System.Globalization;
using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>Opens what a place in a file system turns out to be, once it is known what that is.</summary>
internal static class OpenedFile
{
    /// <summary>
    /// Opens for reading what an O_PATH descriptor stands for; that it is a file is looked at first, for to open
    /// anything else may do something.
    /// </summary>
    /// <exception cref="SandboxException"><c>EINVAL</c>: it is not a file.</exception>
    internal static SafeFileHandle Reopen(int place, string name, StepKind kind = StepKind.TakeFile)
    {
        SandboxErrors.Check(Kernel.statx(place, out FileStatus status), "look at", name);
        if (status.Type != Kernel.RegularFile)
        {
            throw new SandboxException(
                "read", name, Errno.EINVAL, nameof(Errno.EINVAL), "It is not a file",
                "Only regular files can be copied.");
        }

        long file = TryReopen(place);
        return file == -Errno.EAGAIN
            ? throw new SandboxException(
                "read", name, Errno.EAGAIN, nameof(Errno.EAGAIN),
                "A process holds a lease on it, see F_SETLEASE in fcntl(2)",
                "Try again later: the kernel ends the lease after the seconds in /proc/sys/fs/lease-break-time, and at "
                    + "once where the process ends.")
            : new SafeFileHandle((int)SandboxErrors.Check(file, "read", name, kind), ownsHandle: true);
    }

    /// <summary>
    /// Opens for reading the file that an O_PATH descriptor stands for. Never waits, as for a lease: that is EAGAIN.
    /// Returns a negated error number.
    /// </summary>
    internal static long TryReopen(int place) =>
        Kernel.openat(
            Kernel.AtFdcwd, Link(place), Kernel.ORdonly | Kernel.ONonblock | Kernel.ONoctty | Kernel.OCloexec);

    /// <summary>The kernel goes from here straight to the open file, by no path.</summary>
    internal static string Link(int descriptor) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}");
}
