using Isolation.Linux.Hosting;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Launching;

/// <summary>
/// Hides this process's memory for as long as a child shares it. Such a child may be in a new user namespace, and over that
/// every process of the user who made it has all capabilities, also one that has none over this process
/// (user_namespaces(7)).
/// </summary>
/// <remarks>
/// PR_SET_DUMPABLE belongs to the memory and not to the process, so the child is hidden with it. Only root needs it: any
/// other process of an ordinary user may trace this one anyway. The kernel lets a vfork parent go on some microseconds before
/// the child has left the memory, so the child holds one end of a pipe that is closed after that.
/// </remarks>
internal sealed class SharedMemory : IDisposable
{
    private const int IsDumpable = 1;
    private const long PatienceNanoseconds = 1_000_000_000;

    private static readonly Lock Gate = new();
    private static int _children;
    private static bool _wasDumpable;

    private readonly int _left;
    private readonly int _leaving;
    private int _isSettled;

    private SharedMemory(int left, int leaving)
    {
        _left = left;
        _leaving = leaving;
    }

    /// <summary>Gets the descriptor that the child keeps open, close-on-exec, until it is executed or ends.</summary>
    internal int Leaving => _leaving;

    /// <summary>
    /// Begins to hide, until it is disposed. That waits for the child, so it is best done after what can be done meanwhile.
    /// </summary>
    /// <returns>Null where there is nothing to hide.</returns>
    internal static SharedMemory? Hide()
    {
        if (HostFacts.Current.UserId != 0)
        {
            return null;
        }

        const string Action = "create a pipe to a child that shares memory";
        Errors.Check(Kernel.pipe2(out int left, out int leaving, Kernel.OCloexec), Action, null);
        try
        {
            leaving = Launcher.MoveUp(leaving, Action);
        }
        catch
        {
            Kernel.close(left);
            throw;
        }

        lock (Gate)
        {
            if (_children == 0)
            {
                _wasDumpable = Kernel.prctl(Kernel.PrGetDumpable, 0) == IsDumpable;
                if (_wasDumpable)
                {
                    Kernel.prctl(Kernel.PrSetDumpable, 0);
                }
            }

            _children++;
        }

        return new SharedMemory(left, leaving);
    }

    /// <summary>Closes this process's end, so that the child holds the only one.</summary>
    internal void CloseOwnEnd() => Kernel.close(_leaving);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isSettled, 1) != 0)
        {
            return;
        }

        long hasLeft;
        while ((hasLeft = Kernel.poll(_left, PatienceNanoseconds)) == -Errno.EINTR)
        {
        }

        Kernel.close(_left);

        // Where something else that was forked holds the pipe open, this process stays hidden.
        if (hasLeft > 0)
        {
            Show();
        }
    }

    private static void Show()
    {
        lock (Gate)
        {
            if (--_children == 0 && _wasDumpable)
            {
                Kernel.prctl(Kernel.PrSetDumpable, IsDumpable);
            }
        }
    }
}
