namespace Isolation;

/// <summary>Describes a preferred feature that the host could not provide.</summary>
/// <param name="Feature">The feature that was preferred.</param>
/// <param name="Reason">The reason why the feature could not be provided.</param>
/// <param name="Remedy">The action that makes the feature available; null if none is known.</param>
public sealed record NotApplied(string Feature, string Reason, string? Remedy)
{
    /// <summary>
    /// Gets whether the feature is a limit (<see cref="SandboxSpecification.Limits"/>): without it, the sandbox can use
    /// more of the machine than specified. Default: <see langword="false"/>.
    /// </summary>
    public bool IsLimit { get; init; }
}
