using System.Diagnostics.CodeAnalysis;

namespace Isolation.Linux.Events;

/// <summary>
/// The deadlines of all runs of a provider, held by one timer, which is set to the earliest of them. What is to be done
/// then is left to the thread pool, so that none holds up another.
/// </summary>
internal sealed class DeadlineQueue(TimeProvider time)
{
    /// <summary>A timer takes some 49 days at most; a longer wait is made in parts.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    private readonly Lock _gate = new();
    private readonly SortedSet<Deadline> _waiting = new(
        Comparer<Deadline>.Create(static (one, other) => one.CompareTo(other)));
    private ITimer? _timer;
    private long _count;

    internal TimeProvider Time => time;

    /// <summary>How many are waited for.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>
    /// Has something done on the thread pool when a time is over, unless the deadline is disposed of before.
    /// </summary>
    /// <param name="wait">How long from now on; any length is good.</param>
    /// <param name="state">What <paramref name="act"/> is given.</param>
    /// <param name="act">What to do.</param>
    internal Deadline Add<T>(TimeSpan wait, T state, Action<T> act)
        where T : class
    {
        lock (_gate)
        {
            Deadline deadline = new(this, Due(wait), _count++, () => act(state));
            if (_waiting.Min is not { } first || deadline.CompareTo(first) < 0)
            {
                SetTimer(wait);
            }

            _waiting.Add(deadline);
            return deadline;
        }
    }

    private void Remove(Deadline deadline)
    {
        lock (_gate)
        {
            // The timer stays as it is: finding nothing due costs less than setting it at the end of every run.
            _waiting.Remove(deadline);
        }
    }

    private long Due(TimeSpan wait)
    {
        long now = time.GetTimestamp();
        double units = wait.TotalSeconds * time.TimestampFrequency;
        return units >= long.MaxValue - now ? long.MaxValue : now + (long)units;
    }

    /// <summary>Rounded up, since a timer cuts to milliseconds and would come too early.</summary>
    [SuppressMessage(
        "Reliability", "CA2000",
        Justification = "The timer is as old as the provider, which lives as long as the host.")]
    private void SetTimer(TimeSpan wait)
    {
        TimeSpan part = wait < LongestTimer ? wait : LongestTimer;
        part = TimeSpan.FromMilliseconds(Math.Max(Math.Ceiling(part.TotalMilliseconds), 0));
        if (_timer is null)
        {
            _timer = time.CreateTimer(
                static queue => ((DeadlineQueue)queue!).OnTimer(), this, part, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _timer.Change(part, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            while (_waiting.Min is { } first)
            {
                if (first.Due > now)
                {
                    SetTimer(time.GetElapsedTime(now, first.Due));
                    return;
                }

                _waiting.Remove(first);
                ThreadPool.UnsafeQueueUserWorkItem(static act => act(), first.Act, false);
            }
        }
    }

    /// <summary>Something to be done at a time. Disposing of it gives that up; what has begun goes on.</summary>
    internal sealed class Deadline(DeadlineQueue queue, long due, long number, Action act)
        : IDisposable, IComparable<Deadline>
    {
        internal long Due => due;

        internal Action Act => act;

        private long Number => number;

        public int CompareTo(Deadline? other) => Due != other!.Due
            ? Due.CompareTo(other.Due)
            : Number.CompareTo(other.Number);

        public void Dispose() => queue.Remove(this);
    }
}
