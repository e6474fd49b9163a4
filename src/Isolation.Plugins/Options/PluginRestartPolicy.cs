namespace Isolation.Plugins;

/// <summary>Specifies when a plug-in is restarted after its process ends.</summary>
public sealed record PluginRestartPolicy
{
    /// <summary>Gets a policy without restarts.</summary>
    public static PluginRestartPolicy Never { get; } = new() { MaximumRestarts = 0 };

    /// <summary>Gets the maximum number of restarts within <see cref="Window"/>, 0 or more. Default: 5.</summary>
    public int MaximumRestarts { get; init; } = 5;

    /// <summary>Gets the period in which restarts are counted. Must be positive. Default: 1 minute.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Gets the delay before the first restart of a window; the delay doubles with each further restart. Default: 100
    /// ms.
    /// </summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Gets the maximum delay. Default: 10 seconds.</summary>
    public TimeSpan MaximumDelay { get; init; } = TimeSpan.FromSeconds(10);

    internal TimeSpan DelayOf(int restart)
    {
        double delay = FirstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(restart, 30));
        return TimeSpan.FromMilliseconds(Math.Min(delay, MaximumDelay.TotalMilliseconds));
    }
}
