using System.Collections.Concurrent;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Running;

/// <summary>
/// Waits for the end of processes that were told to end. Most are gone within a fraction of a millisecond, which is
/// waited for in place; the few that take longer are left to one thread for all of them.
/// </summary>
internal static class ExitWaiter
{
    private const long InPlaceNanoseconds = 5_000_000;
    private const int RoundNanoseconds = 10_000_000;

    private static readonly BlockingCollection<(int Pidfd, TaskCompletionSource Ended)> Slow = [];

    /// <summary>Two that start it at once may make two, which share the work. A failure is not kept.</summary>
    private static readonly Lazy<Thread> Worker = new(StartWorker, LazyThreadSafetyMode.PublicationOnly);

    internal static ValueTask WaitAsync(int pidfd)
    {
        if (HasEnded(pidfd) || (Kernel.poll(pidfd, InPlaceNanoseconds) > 0 && HasEnded(pidfd)))
        {
            return ValueTask.CompletedTask;
        }

        try
        {
            _ = Worker.Value;
        }
        catch (OutOfMemoryException)
        {
            // No descriptor, memory or process is left for a thread; what was made has to be let go all the same.
            while (!HasEnded(pidfd))
            {
                Kernel.poll(pidfd, RoundNanoseconds);
            }

            return ValueTask.CompletedTask;
        }

        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Slow.Add((pidfd, ended));
        return new ValueTask(ended.Task);
    }

    /// <summary>Whether it is over and was waited for. A host that ignores SIGCHLD has its children waited for by the kernel.</summary>
    private static bool HasEnded(int pidfd)
    {
        long result = Kernel.waitid(pidfd, Kernel.Wnohang, out bool ended);
        return ended || result == -Errno.ECHILD;
    }

    private static Thread StartWorker()
    {
        Thread thread = new(Work) { IsBackground = true, Name = "Isolation exit waiter" };
        thread.Start();
        return thread;
    }

    private static void Work()
    {
        List<(int Pidfd, TaskCompletionSource Ended)> waiting = [];
        while (true)
        {
            if (waiting.Count == 0)
            {
                waiting.Add(Slow.Take());
            }

            while (Slow.TryTake(out (int, TaskCompletionSource) added))
            {
                waiting.Add(added);
            }

            Kernel.poll(waiting[0].Pidfd, RoundNanoseconds);
            waiting.RemoveAll(one =>
            {
                bool ended = HasEnded(one.Pidfd);
                if (ended)
                {
                    one.Ended.SetResult();
                }

                return ended;
            });
        }
    }
}
