namespace Isolation.Plugins;

/// <summary>
/// So many a second, and as many at once after a second of rest. Who takes more than there are leaves a debt, and those
/// after wait. Safe for use from many threads.
/// </summary>
internal sealed class TokenBucket(int perSecond, TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _tokens = perSecond;
    private long _filled = time.GetTimestamp();

    /// <summary>Takes some if there is one.</summary>
    /// <param name="count">How many.</param>
    /// <param name="wait">How long until there is one.</param>
    internal bool TryTake(int count, out TimeSpan wait)
    {
        lock (_lock)
        {
            long now = time.GetTimestamp();
            _tokens = Math.Min(perSecond, _tokens + (time.GetElapsedTime(_filled, now).TotalSeconds * perSecond));
            _filled = now;
            wait = TimeSpan.Zero;
            if (_tokens >= 1)
            {
                _tokens -= count;
                return true;
            }

            // Whole milliseconds, which is what a timer has.
            wait = TimeSpan.FromMilliseconds(Math.Ceiling((1 - _tokens) * 1000 / perSecond));
            return false;
        }
    }
}
