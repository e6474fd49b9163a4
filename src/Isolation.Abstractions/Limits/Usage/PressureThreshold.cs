namespace Isolation;

/// <summary>
/// How much time commands may lose to a lack of something before that is told; see
/// https://docs.kernel.org/accounting/psi.html. It is told at most once per window.
/// </summary>
public sealed record PressureThreshold
{
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromSeconds(10);

    /// <summary>A threshold.</summary>
    /// <param name="resource">What is lacking.</param>
    /// <param name="stalled">The time lost within a window, more than zero and at most the window.</param>
    /// <param name="window">500 ms to 10 s. A host without CAP_SYS_RESOURCE may only use a multiple of 2 s (Linux 6.6;
    /// none before).</param>
    /// <param name="areAllStalled">False: time counts in which one task or more had to wait (<c>some</c>). True: only
    /// that in which none could go on (<c>full</c>).</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public PressureThreshold(PressureResource resource, TimeSpan stalled, TimeSpan window, bool areAllStalled = false)
    {
        if (!Enum.IsDefined(resource))
        {
            throw new ArgumentOutOfRangeException(nameof(resource), resource, "There is no such resource.");
        }

        if (window < ShortestWindow || window > LongestWindow)
        {
            throw new ArgumentOutOfRangeException(nameof(window), window, "A window is 500 ms to 10 s.");
        }

        if (stalled <= TimeSpan.Zero || stalled > window)
        {
            throw new ArgumentOutOfRangeException(
                nameof(stalled), stalled, $"The time lost must be more than zero and at most the window ({window}).");
        }

        (Resource, Stalled, Window, AreAllStalled) = (resource, stalled, window, areAllStalled);
    }

    /// <summary>What is lacking.</summary>
    public PressureResource Resource { get; }

    /// <summary>The time lost within a window.</summary>
    public TimeSpan Stalled { get; }

    /// <summary>The window.</summary>
    public TimeSpan Window { get; }

    /// <summary>Whether only that time counts in which none could go on.</summary>
    public bool AreAllStalled { get; }
}
