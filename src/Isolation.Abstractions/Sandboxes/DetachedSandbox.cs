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

    /// <summary>
    /// Gets the process id of the sandbox's first process, as seen on the host; 0 if the recorded state is damaged.
    /// </summary>
    public required int ProcessId { get; init; }

    /// <summary>Gets the time at which the sandbox was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets a value indicating whether an application is attached to the sandbox.</summary>
    public required bool IsAttached { get; init; }

    /// <summary>
    /// Gets the reason why no application of this kind can attach to the sandbox, for example that the recorded state
    /// is damaged; null if none is known. <see cref="ISandboxProvider.StopAsync"/> may still end it.
    /// </summary>
    public string? Problem { get; init; }
}
