namespace Isolation.Linux.Streams;

/// <summary>Counts the bytes of all outputs of a command, and says how many of them may be passed on.</summary>
internal sealed class OutputTotal(long? limit)
{
    private long _taken;

    /// <summary>Whether there was more than allowed.</summary>
    internal bool IsExceeded => Volatile.Read(ref _taken) > limit;

    /// <summary>Counts bytes that came. Returns how many of them, from the first on, are within the limit.</summary>
    internal int Take(int count)
    {
        if (limit is not { } most)
        {
            return count;
        }

        long room = most - (Interlocked.Add(ref _taken, count) - count);
        return (int)Math.Clamp(room, 0, count);
    }

    /// <summary>Whether bytes that nobody has taken yet are more than allowed.</summary>
    internal bool IsExceededBy(long waiting) => Volatile.Read(ref _taken) + waiting > limit;
}
