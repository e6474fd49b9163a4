using System.Globalization;
using System.Runtime.InteropServices;
using Isolation.Linux.Files;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Streams;

/// <summary>
/// A file of the host that is a command's standard input. The command can open it again by /dev/stdin, and change
/// neither its content nor its
/// attributes, whoever it is: where the permissions of the file do not see to that, it gets a copy, the file on a
/// read-only mount, or a pipe.
/// </summary>
/// <param name="Descriptor">The descriptor, which whoever opened it closes.</param>
/// <param name="Way">What it is of.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct InputFile(int Descriptor, InputFileWay Way)
{
    /// <summary>
    /// In bytes: up to here a copy is cheaper than anything else, and takes no more memory than a pipe.
    /// </summary>
    private const int CopiedAlways = 64 << 10;

    /// <summary>In bytes: up to here a copy stands in for what cannot be had otherwise.</summary>
    private const int CopiedAtMost = 16 << 20;

    /// <summary>Opens a file.</summary>
    internal static InputFile Open(string path, Payload payload)
    {
        int file = HostFile.Open(path, Kernel.ORdonly);
        int copy = -1;
        try
        {
            Errors.Check(Kernel.statx(file, out FileStatus status), "look at", path);
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
    /// Copies a file that has at most that many bytes. By what is read: files of procfs say that they are empty.
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

        // It is larger than it was, or of a kind that is not copied like this.
        Kernel.close(copy);
        Kernel.lseek(file, 0);
        copy = -1;
        return false;
    }

    /// <summary>
    /// Opens a file once more, by a mount of its own that is read-only and in no mount namespace. It goes with the last
    /// descriptor. Null: the host may
    /// not do that (CAP_SYS_ADMIN, Linux 5.12).
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
