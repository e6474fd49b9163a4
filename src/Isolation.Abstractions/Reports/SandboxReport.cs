using System.Collections.Immutable;
using System.Text.Json;

namespace Isolation;

/// <summary>What a sandbox was given.</summary>
public sealed record SandboxReport
{
    /// <summary>
    /// The steps that made it, in order, each as a short sentence such as <c>mount proc on /proc</c>.
    /// </summary>
    public ImmutableArray<string> Applied { get; init; } = [];

    /// <summary>What was preferred but could not be had.</summary>
    public ImmutableArray<NotApplied> NotApplied { get; init; } = [];

    /// <summary>What is in force.</summary>
    public EffectivePolicy Policy { get; init; } = new();

    /// <summary>All of it as JSON, with names in camel case and enumerations as words.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ReportJson.Default.SandboxReport);

    /// <summary>What is in force, and what was not had and why, for people.</summary>
    public override string ToString() => NotApplied.IsEmpty
        ? Policy.ToString()
        : $"{Policy}not "
            + $"had:\n{string.Concat(NotApplied.Select(missing => $"  {missing.Feature}: {missing.Reason}\n"))}";
}
