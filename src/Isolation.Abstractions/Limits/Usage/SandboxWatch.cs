using System.Collections.Immutable;

namespace Isolation;

/// <summary>What is to be told of a sandbox.</summary>
public sealed record SandboxWatch
{
    /// <summary>
    /// What to tell of. Default (null): all that the host can tell, and <see cref="SandboxEventKinds.Pressure"/> where
    /// <see cref="Pressure"/> has thresholds. What is named here and cannot be told is an error.
    /// </summary>
    public SandboxEventKinds? Kinds { get; init; }

    /// <summary>From when on a lack of CPU time, memory or I/O is told. Default: never.</summary>
    public ImmutableArray<PressureThreshold> Pressure { get; init; } = [];

    /// <summary>Throws if it contradicts itself. Every sandbox does this before it watches.</summary>
    /// <exception cref="ArgumentException">
    /// <see cref="Kinds"/> has a bit that means nothing, or names <see cref="SandboxEventKinds.Pressure"/> without a
    /// threshold, or <see cref="Pressure"/> has a null.
    /// </exception>
    public void Validate()
    {
        const SandboxEventKinds All = (SandboxEventKinds)(((int)SandboxEventKinds.Empty << 1) - 1);
        if ((Kinds & ~All) > 0 || Kinds < 0)
        {
            throw new ArgumentException($"Kinds: {Kinds} has a bit that stands for nothing.");
        }

        if (!Pressure.IsDefault && Pressure.Contains(null!))
        {
            throw new ArgumentException("Pressure: A threshold is null.");
        }

        if (Kinds is { } kinds && kinds.HasFlag(SandboxEventKinds.Pressure) && Pressure.IsDefaultOrEmpty)
        {
            throw new ArgumentException(
                "Kinds: Pressure needs a threshold in Pressure, else there is nothing to tell.");
        }
    }
}
