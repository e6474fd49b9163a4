namespace Isolation;

/// <summary>What a <see cref="SandboxPool"/> has at a moment.</summary>
public sealed record SandboxPoolStatus
{
    /// <summary>Sandboxes that wait for whoever comes.</summary>
    public required int Ready { get; init; }

    /// <summary>Sandboxes that somebody has.</summary>
    public required int Leased { get; init; }

    /// <summary>Sandboxes on their way up.</summary>
    public required int Creating { get; init; }

    /// <summary>Sandboxes on their way down.</summary>
    public required int Removing { get; init; }

    /// <summary>How many wait for a sandbox.</summary>
    public required int Waiting { get; init; }

    /// <summary>How many attempts in a row to make a sandbox have failed; 0 if the last succeeded.</summary>
    public required int Failures { get; init; }

    /// <summary>Why the last attempt failed; null if it succeeded.</summary>
    public required Exception? LastFailure { get; init; }

    /// <summary>
    /// Whether those who come are refused unless one is ready (<see cref="SandboxPoolOptions.FailuresUntilRefusal"/>).
    /// </summary>
    public required bool IsRefusing { get; init; }

    /// <summary>All sandboxes that there are.</summary>
    public int Total => Ready + Leased + Creating + Removing;
}
