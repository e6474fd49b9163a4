namespace Isolation.Plugins;

/// <summary>
/// Limits a rate per second; unused tokens accumulate for up to one second. Taking more tokens than available leaves a
/// debt, for which later callers wait. Safe for concurrent use.
/// </summary>
internal sealed class TokenBucket(int perSecond, TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _tokens = perSecond;
    private long _filled = time.GetTimestamp();

    /// <summary>Tries to take tokens, which succeeds if at least one is available.</summary>
    /// <param name="count">The number of tokens to take.</param>
    /// <param name="wait">The time until a token is available.</param>
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

            // Timers have a resolution of one millisecond.
            wait = TimeSpan.FromMilliseconds(Math.Ceiling((1 - _tokens) * 1000 / perSecond));
            return false;
        }
    }
}
