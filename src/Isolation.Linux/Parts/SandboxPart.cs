namespace Isolation.Linux.Parts;

/// <summary>
/// Represents one subject of a sandbox, such as its file system or its network. A part plans when it is created, once
/// for all sandboxes of a specification, and adds its steps of init where the planner's list calls for them. For each
/// sandbox, it prepares the host, registers what must be removed, and completes the report.
/// </summary>
internal abstract class SandboxPart
{
    /// <summary>
    /// Prepares the host before init is launched. Whatever must be undone is registered with
    /// <see cref="SandboxPreparation.OnRemoval"/> as soon as it exists.
    /// </summary>
    internal virtual void PrepareHost(SandboxPreparation sandbox)
    {
    }

    /// <summary>Prepares init from outside while it waits for its first program.</summary>
    internal virtual ValueTask PrepareInitAsync(SandboxPreparation sandbox, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;

    /// <summary>Completes a policy with the properties in force.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="skipped">
    /// The optional subjects that init skipped, see <see cref="PlanningContext.Group"/>.
    /// </param>
    internal virtual EffectivePolicy Report(EffectivePolicy policy, IReadOnlySet<object> skipped) => policy;
}
