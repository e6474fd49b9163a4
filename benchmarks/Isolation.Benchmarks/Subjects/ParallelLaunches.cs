using System.Diagnostics;

namespace Isolation.Benchmarks.Subjects;

/// <summary>Launches from several threads concurrently.</summary>
internal static class ParallelLaunches
{
    /// <summary>Distributes <paramref name="launches"/> among the threads and waits for all of them.</summary>
    /// <returns>The elapsed time since all threads were ready.</returns>
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
                    // An exception on this thread would end the process, so the waiting thread throws it.
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
        return failure is null ? took : throw new InvalidOperationException("A parallel launch failed.", failure);
    }
}
