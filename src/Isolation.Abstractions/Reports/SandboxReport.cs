using System.Collections.Immutable;
using System.Text.Json;

namespace Isolation;

/// <summary>Describes how a sandbox was set up.</summary>
public sealed record SandboxReport
{
    /// <summary>
    /// Gets the steps that created the sandbox, in order, each as a short phrase such as <c>mount proc on /proc</c>.
    /// </summary>
    public ImmutableArray<string> Applied { get; init; } = [];

    /// <summary>Gets the preferred features that were not available.</summary>
    public ImmutableArray<NotApplied> NotApplied { get; init; } = [];

    /// <summary>Gets the policy that is in force.</summary>
    public EffectivePolicy Policy { get; init; } = new();

    /// <summary>
    /// Gets whether limits were specified and none of them is in force, so that the sandbox can use all of the machine.
    /// This is possible only if the limits are preferred (<see cref="SandboxLimits.Requirement"/>).
    /// </summary>
    public bool HasNoLimits => Policy.Limits.IsDefaultOrEmpty && NotApplied.Any(static missing => missing.IsLimit);

    /// <summary>
    /// Returns the report as JSON, with property names in camel case and enumeration values as strings.
    /// </summary>
    public string ToJson() => JsonSerializer.Serialize(this, ReportJson.Default.SandboxReport);

    /// <summary>
    /// Returns the policy that is in force and the features that were not applied, with reasons, for human readers.
    /// </summary>
    public override string ToString()
    {
        string policy = HasNoLimits ? $"no limits are in force\n{Policy}" : Policy.ToString();
        return NotApplied.IsEmpty
            ? policy
            : $"{policy}not applied:\n"
                + string.Concat(NotApplied.Select(missing => $"  {missing.Feature}: {missing.Reason}\n"));
    }
}
