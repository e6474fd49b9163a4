using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.State;

/// <summary>Represents a lock on a file, which the kernel releases when this process ends. See flock(2).</summary>
internal sealed class FileLock : IDisposable
{
    private readonly SafeFileHandle _file;

    private FileLock(SafeFileHandle file) => _file = file;

    /// <summary>Waits for the lock.</summary>
    internal static FileLock Wait(string path) => Take(path, Kernel.LockExclusive)!;

    /// <summary>Takes the lock; null if another process has it.</summary>
    internal static FileLock? TryTake(string path) => Take(path, Kernel.LockExclusive | Kernel.LockNonblocking);

    /// <summary>
    /// Releases the lock. Closing the file is not enough: a child of this process that has not executed its program yet
    /// has a copy of the descriptor.
    /// </summary>
    public void Dispose()
    {
        using (HeldDescriptor held = new(_file))
        {
            if (held.IsOpen)
            {
                Kernel.flock(held.Number, Kernel.LockUnlock);
            }
        }

        _file.Dispose();
    }

    private static FileLock? Take(string path, int operation)
    {
        const int ReadWriteByUser = 0b110_000_000;
        int descriptor = (int)SandboxErrors.Check(
            Kernel.openat(
                Kernel.AtFdcwd, path, Kernel.ORdwr | Kernel.OCreat | Kernel.OCloexec | Kernel.ONofollow,
                ReadWriteByUser),
            "open the lock", path);
        SafeFileHandle file = new(descriptor, true);
        long result = Kernel.flock(descriptor, operation);
        if (result >= 0)
        {
            return new FileLock(file);
        }

        file.Dispose();
        return result == -Errno.EAGAIN ? null : throw SandboxErrors.Create("lock", path, (int)-result);
    }
}
