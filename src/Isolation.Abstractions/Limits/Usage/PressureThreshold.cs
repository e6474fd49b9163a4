namespace Isolation;

/// <summary>
/// Specifies how much time commands may lose waiting for a resource before an event is reported, at most once per
/// window; see https://docs.kernel.org/accounting/psi.html.
/// </summary>
public sealed record PressureThreshold
{
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromSeconds(10);

    /// <summary>Initializes a new instance of the <see cref="PressureThreshold"/> class.</summary>
    /// <param name="resource">The resource that commands wait for.</param>
    /// <param name="stalled">The time lost within a window, more than zero and at most the window.</param>
    /// <param name="window">
    /// The length of the window, 500 ms to 10 s. Without CAP_SYS_RESOURCE, the window must be a multiple of 2 s, and
    /// Linux 6.6 is required.
    /// </param>
    /// <param name="areAllStalled">
    /// <see langword="true"/> to count only time in which no task could continue (<c>full</c>); <see langword="false"/>
    /// to count time in which at least one task had to wait (<c>some</c>).
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public PressureThreshold(PressureResource resource, TimeSpan stalled, TimeSpan window, bool areAllStalled = false)
    {
        if (!Enum.IsDefined(resource))
        {
            throw new ArgumentOutOfRangeException(nameof(resource), resource, "The resource is not defined.");
        }

        if (window < ShortestWindow || window > LongestWindow)
        {
            throw new ArgumentOutOfRangeException(nameof(window), window, "The window must be 500 ms to 10 s.");
        }

        if (stalled <= TimeSpan.Zero || stalled > window)
        {
            throw new ArgumentOutOfRangeException(
                nameof(stalled), stalled, $"The time lost must be more than zero and at most the window ({window}).");
        }

        (Resource, Stalled, Window, AreAllStalled) = (resource, stalled, window, areAllStalled);
    }

    /// <summary>Gets the resource that commands wait for.</summary>
    public PressureResource Resource { get; }

    /// <summary>Gets the time lost within a window.</summary>
    public TimeSpan Stalled { get; }

    /// <summary>Gets the length of the window.</summary>
    public TimeSpan Window { get; }

    /// <summary>Gets a value indicating whether only time in which no task could continue counts.</summary>
    public bool AreAllStalled { get; }
}
