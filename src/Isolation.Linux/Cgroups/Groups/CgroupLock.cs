using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>
/// Represents an exclusive flock(2) on the directory of a cgroup, which marks the cgroup's owner. Cgroups of both
/// versions support it, and the kernel releases it when the owner dies.
/// </summary>
internal sealed class CgroupLock : IDisposable
{
    private readonly int _descriptor;

    private CgroupLock(int descriptor) => _descriptor = descriptor;

    /// <summary>Tries to lock an existing cgroup.</summary>
    /// <param name="directory">The directory of the cgroup.</param>
    /// <param name="isTaken">Whether the cgroup has an owner.</param>
    /// <returns>The lock; null if the cgroup has an owner or was removed meanwhile.</returns>
    /// <exception cref="SandboxException">The directory cannot be opened or locked.</exception>
    internal static CgroupLock? TryTake(string directory, out bool isTaken)
    {
        isTaken = false;
        long descriptor = Kernel.openat(
            Kernel.AtFdcwd, directory, Kernel.ORdonly | Kernel.ODirectory | Kernel.ONofollow | Kernel.OCloexec);
        if (descriptor == -Errno.ENOENT)
        {
            return null;
        }

        SandboxErrors.Check(descriptor, "open the cgroup", directory, StepKind.MakeGroup);
        CgroupLock held = new((int)descriptor);
        long result = Kernel.flock(held._descriptor, Kernel.LockExclusive | Kernel.LockNonblocking);
        isTaken = result == -Errno.EAGAIN;
        if (result == 0 && held.IsPresent())
        {
            return held;
        }

        held.Dispose();
        SandboxErrors.Check(isTaken ? 0 : result, "lock the cgroup", directory);
        return null;
    }

    /// <summary>
    /// Releases the lock. Closing the descriptor is not enough: a child of this process that has not executed its
    /// program yet has a copy.
    /// </summary>
    public void Dispose()
    {
        Kernel.flock(_descriptor, Kernel.LockUnlock);
        Kernel.close(_descriptor);
    }

    /// <summary>Returns whether the cgroup still exists: a lock on a removed directory is worthless.</summary>
    private bool IsPresent()
    {
        long file = Kernel.openat(_descriptor, "cgroup.procs", Kernel.OPath | Kernel.OCloexec);
        if (file < 0)
        {
            return false;
        }

        Kernel.close((int)file);
        return true;
    }
}
