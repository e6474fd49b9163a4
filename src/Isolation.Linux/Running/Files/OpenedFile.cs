using System.Globalization;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Running.Files;

/// <summary>Opens what a place in a file system turns out to be, once it is known what that is.</summary>
internal static class OpenedFile
{
    /// <summary>Opens for reading what an O_PATH descriptor stands for; that it is a file is looked at first, for to open anything else may do something.</summary>
    /// <exception cref="SandboxException"><c>EINVAL</c>: it is no file.</exception>
    internal static SafeFileHandle Reopen(int place, string name, StepKind kind = StepKind.TakeFile)
    {
        if (TypeOf(place, name) != Kernel.RegularFile)
        {
            throw new SandboxException("read", name, Errno.EINVAL, nameof(Errno.EINVAL), "It is not a file", "Only regular files can be copied.");
        }

        int file = (int)Errors.Check(
            Kernel.openat(Kernel.AtFdcwd, Link(place), Kernel.ORdonly | Kernel.ONonblock | Kernel.ONoctty | Kernel.OCloexec), "read", name, kind);
        return new SafeFileHandle(file, ownsHandle: true);
    }

    /// <summary>The type of what a descriptor stands for, see inode(7).</summary>
    internal static int TypeOf(int place, string name)
    {
        Errors.Check(Kernel.statx(Link(place), out int type, out _, out _), "look at", name);
        return type;
    }

    /// <summary>The kernel goes from here straight to the open file, by no path.</summary>
    internal static string Link(int descriptor) => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}");
}
