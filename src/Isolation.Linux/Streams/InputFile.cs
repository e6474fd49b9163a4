using System.Globalization;
using System.Runtime.InteropServices;
using Isolation.Linux.Errors;
using Isolation.Linux.Files;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Streams;

/// <summary>
/// Represents a file of the host that is a command's standard input. The command can reopen it by /dev/stdin but cannot
/// change its content or attributes, whatever the command's user. If the permissions of the file do not guarantee that,
/// the command gets a copy, the file on a read-only mount, or a pipe.
/// </summary>
/// <param name="Descriptor">The file descriptor, which the caller of <see cref="Open"/> must close.</param>
/// <param name="Way">The way the file is provided.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct InputFile(int Descriptor, InputFileWay Way)
{
    /// <summary>
    /// The size, in bytes, up to which a copy is the cheapest option and uses no more memory than a pipe.
    /// </summary>
    private const int CopiedAlways = 64 << 10;

    /// <summary>The size, in bytes, up to which the file is copied if no other option is available.</summary>
    private const int CopiedAtMost = 16 << 20;

    /// <summary>Opens a file for a payload.</summary>
    internal static InputFile Open(FileInput input, Payload payload)
    {
        string path = input.Path;
        int file = HostFile.Open(path, Kernel.ORdonly, input.FollowsLinks);
        int copy = -1;
        try
        {
            SandboxErrors.Check(Kernel.statx(file, out FileStatus status), "look at", path);
            if (status.Type != Kernel.RegularFile)
            {
                return new InputFile(file, InputFileWay.Passed);
            }

            if (status.Size <= CopiedAlways && TryCopy(file, path, CopiedAlways, out copy))
            {
                return Copied(file, copy);
            }

            bool mightWrite = payload.MightWrite(status);
            if (mightWrite && MountReadOnly(file) is { } mounted)
            {
                Kernel.close(file);
                file = mounted;
                mightWrite = false;
            }

            bool mayOpenAgain = payload.MayRead(status) && !payload.IsKeptFromReading;
            if ((mightWrite || !mayOpenAgain) && status.Size <= CopiedAtMost
                && TryCopy(file, path, CopiedAtMost, out copy))
            {
                return Copied(file, copy);
            }

            return new InputFile(
                file, mightWrite && !payload.IsKeptFromWriting ? InputFileWay.Pumped : InputFileWay.Passed);
        }
        catch
        {
            Kernel.close(file);
            throw;
        }
    }

    private static InputFile Copied(int file, int copy)
    {
        Kernel.close(file);
        return new InputFile(copy, InputFileWay.Copied);
    }

    /// <summary>
    /// Copies a file of at most <paramref name="most"/> bytes. Counts the bytes read, because procfs reports a size of
    /// 0.
    /// </summary>
    private static bool TryCopy(int file, string path, int most, out int copy)
    {
        copy = MemoryFile.Open(path);
        long copied, total = 0;
        while ((copied = Kernel.sendfile(copy, file, most + 1 - total)) > 0 && (total += copied) <= most)
        {
        }

        if (copied == 0 && total <= most)
        {
            MemoryFile.Seal(copy, path);
            return true;
        }

        // The file has grown, or files of its kind cannot be copied like this.
        Kernel.close(copy);
        Kernel.lseek(file, 0);
        copy = -1;
        return false;
    }

    /// <summary>
    /// Reopens a file on a private read-only mount that is in no mount namespace and goes away with its last
    /// descriptor. Returns null if the application may not create such a mount (CAP_SYS_ADMIN, Linux 5.12).
    /// </summary>
    private static int? MountReadOnly(int file)
    {
        if (!ProcessCredentials.Current.MayMount)
        {
            return null;
        }

        long mount = Kernel.open_tree(file, "", Kernel.OpenTreeClone | Kernel.OpenTreeCloexec | Kernel.AtEmptyPath);
        if (mount < 0)
        {
            return null;
        }

        long opened = Kernel.mount_setattr(
            (int)mount, 0,
            new MountAttributes { Set = Kernel.MountAttrReadOnly | Kernel.MountAttrNosuid | Kernel.MountAttrNodev });
        if (opened >= 0)
        {
            opened = Kernel.openat(
                Kernel.AtFdcwd, string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{mount}"),
                Kernel.ORdonly | Kernel.ONoctty | Kernel.OCloexec);
        }

        Kernel.close((int)mount);
        return opened < 0 ? null : (int)opened;
    }
}
