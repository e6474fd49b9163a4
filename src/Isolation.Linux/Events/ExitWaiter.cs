using Isolation.Linux.Interop;

namespace Isolation.Linux.Events;

/// <summary>
/// Waits for the end of processes that were told to end. Most are gone within a fraction of a millisecond, which is
/// waited for in place; the few that take longer are left to the thread that waits for everything.
/// </summary>
internal static class ExitWaiter
{
    private const long InPlaceNanoseconds = 5_000_000;
    private const int RoundNanoseconds = 10_000_000;

    internal static async ValueTask WaitAsync(int pidfd)
    {
        if (HasEnded(pidfd) || (Kernel.poll(pidfd, InPlaceNanoseconds) > 0 && HasEnded(pidfd)))
        {
            return;
        }

        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        IDisposable registration;
        try
        {
            registration = DescriptorLoop.Watch(pidfd, Kernel.EpollIn, () => ended.TrySetResult());
        }
        catch (SandboxException)
        {
            // No descriptor, memory or process is left for a thread; what was made has to be let go all the same.
            while (!HasEnded(pidfd))
            {
                Kernel.poll(pidfd, RoundNanoseconds);
            }

            return;
        }

        using (registration)
        {
            await ended.Task.ConfigureAwait(false);
        }

        while (!HasEnded(pidfd))
        {
            // What is told is that the process has ended; its threads may have to be taken down still.
            Kernel.poll(pidfd, RoundNanoseconds);
        }
    }

    /// <summary>
    /// Whether it is over and was waited for. A host that ignores SIGCHLD has its children waited for by the kernel.
    /// </summary>
    private static bool HasEnded(int pidfd)
    {
        long result = Kernel.waitid(pidfd, Kernel.Wnohang, out bool ended);
        return ended || result == -Errno.ECHILD;
    }
}
