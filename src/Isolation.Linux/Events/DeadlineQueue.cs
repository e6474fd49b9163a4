using System.Diagnostics.CodeAnalysis;

namespace Isolation.Linux.Events;

/// <summary>
/// Represents the deadlines of all runs of a provider, served by one timer that is set to the earliest of them. Actions
/// run on the thread pool, so that none delays another.
/// </summary>
internal sealed class DeadlineQueue(TimeProvider time)
{
    /// <summary>The longest period of the timer, which supports about 49 days. Longer waits are split.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    private readonly Lock _gate = new();
    private readonly SortedSet<Deadline> _waiting = new(
        Comparer<Deadline>.Create(static (one, other) => one.CompareTo(other)));
    private ITimer? _timer;
    private long _count;

    internal TimeProvider Time => time;

    /// <summary>Gets the number of pending deadlines.</summary>
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
    /// Adds a deadline after which an action runs on the thread pool, unless the deadline is disposed of before.
    /// </summary>
    /// <param name="wait">The time from now until the deadline, of any length.</param>
    /// <param name="state">The argument for <paramref name="act"/>.</param>
    /// <param name="act">The action.</param>
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
            // The timer stays set: an early timer event costs less than setting the timer at the end of every run.
            _waiting.Remove(deadline);
        }
    }

    private long Due(TimeSpan wait)
    {
        long now = time.GetTimestamp();
        double units = wait.TotalSeconds * time.TimestampFrequency;
        return units >= long.MaxValue - now ? long.MaxValue : now + (long)units;
    }

    /// <summary>Sets the timer. Rounds up, because the timer truncates to milliseconds and would fire early.</summary>
    [SuppressMessage(
        "Reliability", "CA2000",
        Justification = "The timer lives as long as the provider, which lives as long as the application.")]
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

    /// <summary>Represents a scheduled action. Disposing of it cancels the action unless it has begun.</summary>
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
