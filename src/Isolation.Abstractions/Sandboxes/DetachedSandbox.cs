namespace Isolation;

/// <summary>
/// Describes a sandbox with <see cref="SandboxLifetime.Detached"/>, as <see cref="ISandboxProvider.ListAsync"/> finds
/// it.
/// </summary>
public sealed record DetachedSandbox
{
    /// <summary>Gets the identifier for <see cref="ISandboxProvider.AttachAsync"/>.</summary>
    public required string Id { get; init; }

    /// <summary>Gets <see cref="SandboxSpecification.Name"/>; null if there is none.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the process id of the sandbox's first process, as seen on the host.</summary>
    public required int ProcessId { get; init; }

    /// <summary>Gets the time at which the sandbox was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets a value indicating whether an application is attached to the sandbox.</summary>
    public required bool IsAttached { get; init; }
}
