using Isolation.Linux.Host;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Init;

/// <summary>
/// Hides this process's memory while a child shares it. The child may be in a new user namespace, over which every
/// process of this user has all capabilities, including processes that may not trace this one (user_namespaces(7)).
/// </summary>
/// <remarks>
/// PR_SET_DUMPABLE applies to the memory and not to the process, so it hides the child too. Only root needs it: other
/// processes of an ordinary user may trace this one anyway.
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

    /// <summary>Starts hiding the memory.</summary>
    /// <returns>An object whose methods end the hiding; null if there is nothing to hide.</returns>
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
    /// Ends the hiding after a child has been executed. The kernel resumes the parent some microseconds before the
    /// child has left the memory, so other work should precede the call. The memory stays hidden if the kernel cannot
    /// report whether the child has left it (kcmp(2) requires CAP_SYS_PTRACE for a hidden process).
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

    /// <summary>Ends the hiding if there is no child, or if the child has been waited for.</summary>
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
