namespace Isolation;

/// <summary>Represents the status of a <see cref="SandboxPool"/> at one moment.</summary>
public sealed record SandboxPoolStatus
{
    /// <summary>Gets the number of sandboxes that are ready for use.</summary>
    public required int Ready { get; init; }

    /// <summary>Gets the number of leased sandboxes.</summary>
    public required int Leased { get; init; }

    /// <summary>Gets the number of sandboxes that are being created.</summary>
    public required int Creating { get; init; }

    /// <summary>Gets the number of sandboxes that are being removed.</summary>
    public required int Removing { get; init; }

    /// <summary>Gets the number of callers that are waiting for a sandbox.</summary>
    public required int Waiting { get; init; }

    /// <summary>Gets the number of consecutive failures to create a sandbox; 0 if the last attempt succeeded.</summary>
    public required int Failures { get; init; }

    /// <summary>Gets the exception of the last attempt, or null if it succeeded.</summary>
    public required Exception? LastFailure { get; init; }

    /// <summary>
    /// Gets a value indicating whether new callers are refused unless a sandbox is ready
    /// (<see cref="SandboxPoolOptions.FailuresUntilRefusal"/>).
    /// </summary>
    public required bool IsRefusing { get; init; }

    /// <summary>Gets the total number of sandboxes.</summary>
    public int Total => Ready + Leased + Creating + Removing;
}
