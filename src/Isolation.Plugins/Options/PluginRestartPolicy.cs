namespace Isolation.Plugins;

/// <summary>When a plug-in that ended is started again.</summary>
public sealed record PluginRestartPolicy
{
    /// <summary>Never again: the first end is the last.</summary>
    public static PluginRestartPolicy Never { get; } = new() { MaximumRestarts = 0 };

    /// <summary>How many restarts there may be within <see cref="Window"/>, 0 or more. Default: 5.</summary>
    public int MaximumRestarts { get; init; } = 5;

    /// <summary>The time in which restarts are counted. More than zero. Default: 1 minute.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long the first restart of a window waits; each further one twice as long as the one before. Default: 100 ms.
    /// </summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait. Default: 10 seconds.</summary>
    public TimeSpan MaximumDelay { get; init; } = TimeSpan.FromSeconds(10);

    internal TimeSpan DelayOf(int restart)
    {
        double delay = FirstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(restart, 30));
        return TimeSpan.FromMilliseconds(Math.Min(delay, MaximumDelay.TotalMilliseconds));
    }
}
