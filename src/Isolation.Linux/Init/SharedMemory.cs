using Isolation.Linux.Host;
using Isolation.Linux.Interop;


namespace Isolation.Linux.Init;

/// <summary>
/// Hides this process's memory for as long as a child shares it. The child may be in a new user namespace, over which
/// every process of this user has all capabilities, also a process that may not trace this one (user_namespaces(7)).
/// </summary>
/// <remarks>
/// PR_SET_DUMPABLE belongs to the memory and not to the process, so the child is hidden with it. Only root needs it:
/// any other process of an ordinary user may trace this one anyway.
/// </remarks>
internal sealed class SharedMemory : IDisposable
{
    private const int IsDumpable = 1;

    private static readonly Lock Gate = new();
    private static int _children;
    private static bool _wasDumpable;

    private int _isSettled;

    private SharedMemory()
    {
    }

    /// <summary>Begins to hide it.</summary>
    /// <returns>Ends that as soon as one of its methods is called; null where there is nothing to hide.</returns>
    internal static SharedMemory? Hide()
    {
        if (ProcessCredentials.Current.UserId != 0)
        {
            return null;
        }

        lock (Gate)
        {
            if (_children++ == 0)
            {
                _wasDumpable = Kernel.prctl(Kernel.PrGetDumpable, 0) == IsDumpable;
                if (_wasDumpable)
                {
                    Kernel.prctl(Kernel.PrSetDumpable, 0);
                }
            }
        }

        return new SharedMemory();
    }

    /// <summary>
    /// A child has been executed. The kernel lets the parent go on some microseconds before the child has left the
    /// memory, so this is best called after what can be done meanwhile. Where the kernel does not say whether it has
    /// (kcmp(2) takes CAP_SYS_PTRACE for a process that is hidden), the memory stays hidden.
    /// </summary>
    internal void LeaveTo(int child)
    {
        if (Volatile.Read(ref _isSettled) != 0)
        {
            return;
        }

        long difference;
        SpinWait wait = default;
        while ((difference = Kernel.kcmp(Environment.ProcessId, child, Kernel.KcmpVm)) == 0)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }

        if (difference > 0 || difference == -Errno.ESRCH)
        {
            Dispose();
        }
    }

    /// <summary>There is no child, or it has been waited for.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isSettled, 1) != 0)
        {
            return;
        }

        lock (Gate)
        {
            if (--_children == 0 && _wasDumpable)
            {
                Kernel.prctl(Kernel.PrSetDumpable, IsDumpable);
            }
        }
    }
}
