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
}
