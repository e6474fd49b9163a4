namespace Isolation.Linux.Streams;

/// <summary>Counts the bytes of all outputs of a command against their common limit.</summary>
internal sealed class OutputTotal(long? limit)
{
    private long _taken;

    /// <summary>Gets whether the limit was exceeded.</summary>
    internal bool IsExceeded => Volatile.Read(ref _taken) > limit;

    /// <summary>Counts received bytes. Returns how many of them, from the first on, are within the limit.</summary>
    internal int Take(int count)
    {
        if (limit is not { } most)
        {
            return count;
        }

        long room = most - (Interlocked.Add(ref _taken, count) - count);
        return (int)Math.Clamp(room, 0, count);
    }

    /// <summary>Returns whether the bytes that are still waiting exceed the limit.</summary>
    internal bool IsExceededBy(long waiting) => Volatile.Read(ref _taken) + waiting > limit;
}
