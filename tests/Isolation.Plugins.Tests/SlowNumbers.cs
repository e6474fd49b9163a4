namespace Isolation.Plugins.Tests;

/// <summary>Counts how many calls run at the same time.</summary>
internal sealed class SlowNumbers : IHostNumbers
{
    private int _running;

    internal int MostAtOnce { get; private set; }

    public async Task<int> NextAsync(CancellationToken cancellationToken)
    {
        int running = Interlocked.Increment(ref _running);
        lock (this)
        {
            MostAtOnce = Math.Max(MostAtOnce, running);
        }

        await Task.Yield();
        Interlocked.Decrement(ref _running);
        return 1;
    }
}
