using Isolation.Linux.Interop;

namespace Isolation.Linux.Events;

/// <summary>Waits for the end of a process without waiting for its status, which stays readable.</summary>
internal static class PidfdEvents
{
    /// <summary>Waits until all threads of a process have ended.</summary>
    internal static async Task WaitForEndAsync(int pidfd)
    {
        if (Kernel.poll(pidfd) != 0)
        {
            return;
        }

        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using (DescriptorLoop.Watch(pidfd, Kernel.EpollIn, () => ended.TrySetResult()))
        {
            await ended.Task.ConfigureAwait(false);
        }
    }
}
