namespace Isolation.Testing;

/// <summary>Counts all outputs of a program, and determines how many bytes may be forwarded.</summary>
internal sealed class FakeOutputTotal(long? limit)
{
    private long _taken;

    public int Take(int count) =>
        limit is { } most ? (int)Math.Clamp(most - (Interlocked.Add(ref _taken, count) - count), 0, count) : count;
}
