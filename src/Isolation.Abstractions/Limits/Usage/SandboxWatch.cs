using System.Collections.Immutable;

namespace Isolation;

/// <summary>Specifies the events of a sandbox to report.</summary>
public sealed record SandboxWatch
{
    /// <summary>
    /// Gets the kinds of events to report. Specified kinds that are not available cause an error. Default: null, all
    /// available kinds, including <see cref="SandboxEventKinds.Pressure"/> if <see cref="Pressure"/> has thresholds.
    /// </summary>
    public SandboxEventKinds? Kinds { get; init; }

    /// <summary>
    /// Gets the thresholds above which waiting for CPU time, memory or I/O is reported. Default: empty, never.
    /// </summary>
    public ImmutableArray<PressureThreshold> Pressure { get; init; } = [];

    /// <summary>
    /// Throws an exception if the values contradict each other. Every sandbox calls this method before it watches.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// <see cref="Kinds"/> has an undefined bit, or contains <see cref="SandboxEventKinds.Pressure"/> without a
    /// threshold; or <see cref="Pressure"/> contains null.
    /// </exception>
    public void Validate()
    {
        const SandboxEventKinds All = (SandboxEventKinds)(((int)SandboxEventKinds.Empty << 1) - 1);
        if ((Kinds & ~All) > 0 || Kinds < 0)
        {
            throw new ArgumentException($"Kinds: {Kinds} has an undefined bit.");
        }

        if (!Pressure.IsDefault && Pressure.Contains(null!))
        {
            throw new ArgumentException("Pressure: A threshold must not be null.");
        }

        if (Kinds is { } kinds && kinds.HasFlag(SandboxEventKinds.Pressure) && Pressure.IsDefaultOrEmpty)
        {
            throw new ArgumentException(
                "Kinds: Pressure requires at least one threshold in Pressure.");
        }
    }
}
