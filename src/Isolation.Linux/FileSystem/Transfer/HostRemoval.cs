using Isolation.Linux.Interop;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>
/// Removes what a transfer that failed has made on the host, by directory descriptors: names may be any bytes, and
/// paths of any length.
/// </summary>
internal static class HostRemoval
{
    /// <summary>
    /// Removes a directory with all that is in it, as far as that is possible. Links are removed, never followed.
    /// </summary>
    internal static void RemoveDirectory(int parent, in FileName name)
    {
        long directory = Kernel.openat(
            parent, name.Terminated, Kernel.ORdonly | Kernel.ODirectory | Kernel.ONofollow | Kernel.OCloexec);
        if (directory >= 0)
        {
            // Where entries are removed while they are listed, a file system may pass some over.
            while (RemoveSome((int)directory))
            {
                Kernel.lseek((int)directory, 0);
            }

            Kernel.close((int)directory);
        }

        Kernel.unlinkat(parent, name.Terminated, Kernel.AtRemoveDirectory);
    }

    private static bool RemoveSome(int directory)
    {
        bool hasRemoved = false;
        DirectoryReader reader = new(directory);
        while (reader.TryRead(out FileName name))
        {
            long result = Kernel.unlinkat(directory, name.Terminated, 0);
            if (result is -Errno.EISDIR or -Errno.EPERM)
            {
                RemoveDirectory(directory, name);
            }

            hasRemoved |= result == 0;
        }

        return hasRemoved;
    }
}
