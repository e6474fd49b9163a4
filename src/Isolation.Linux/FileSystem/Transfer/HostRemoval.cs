using Isolation.Linux.Interop;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>
/// Removes what a failed transfer has created on the host, by directory descriptors: names may be any bytes, and paths
/// may have any length.
/// </summary>
internal static class HostRemoval
{
    /// <summary>
    /// Removes a directory with its content, as far as possible. Symbolic links are removed, never followed.
    /// </summary>
    internal static void RemoveDirectory(int parent, in FileName name)
    {
        long directory = Kernel.openat(
            parent, name.Terminated, Kernel.ORdonly | Kernel.ODirectory | Kernel.ONofollow | Kernel.OCloexec);
        if (directory >= 0)
        {
            // A file system may skip entries if others are removed during the listing.
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
