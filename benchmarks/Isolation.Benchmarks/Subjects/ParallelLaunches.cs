using System.Diagnostics;

namespace Isolation.Benchmarks.Subjects;

/// <summary>Launches from several threads at once.</summary>
internal static class ParallelLaunches
{
    /// <summary>Shares out <paramref name="launches"/> among the threads.</summary>
    /// <returns>How long it took, from the moment when all threads stood ready.</returns>
    internal static TimeSpan Run(int threads, int launches, Func<Task> launch)
    {
        int left = launches;
        long begin = 0;
        Exception? failure = null;
        using Barrier start = new(threads, _ => begin = Stopwatch.GetTimestamp());
        Thread[] all = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            all[i] = new Thread(() =>
            {
                start.SignalAndWait();
                try
                {
                    while (Interlocked.Decrement(ref left) >= 0)
                    {
                        launch().GetAwaiter().GetResult();
                    }
                }
                catch (Exception exception)
                {
                    // Thrown on by the thread that waits; here it would end the process.
                    failure = exception;
                }
            });
            all[i].Start();
        }

        foreach (Thread thread in all)
        {
            thread.Join();
        }

        TimeSpan took = Stopwatch.GetElapsedTime(begin);
        return failure is null ? took : throw new InvalidOperationException("A launch among others failed.", failure);
    }
}
