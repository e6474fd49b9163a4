using Isolation.Linux.Interop;

namespace Isolation.Linux.Events;

/// <summary>
/// Waits for processes that are about to end. Most end within a fraction of a millisecond, during which the caller
/// waits; the <see cref="DescriptorLoop"/> thread waits for the rest.
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
            // No descriptor, memory or process is available for the thread; the resources must be released
            // nevertheless.
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
            // The event reports the end of the process, but its threads may still have to be torn down.
            Kernel.poll(pidfd, RoundNanoseconds);
        }
    }

    /// <summary>
    /// Returns whether the process has ended and been waited for. If it is not a child of this process, or if the
    /// application ignores SIGCHLD, somebody else waits for it.
    /// </summary>
    private static bool HasEnded(int pidfd)
    {
        long result = Kernel.waitid(pidfd, Kernel.Wnohang, out bool ended);
        return ended || (result == -Errno.ECHILD && Kernel.poll(pidfd) != 0);
    }
}
