using System.Collections.Immutable;

namespace Isolation;

/// <summary>What a sandbox was given.</summary>
public sealed record SandboxReport
{
    /// <summary>The steps that made it, in order, each as a short sentence such as <c>mount proc on /proc</c>.</summary>
    public ImmutableArray<string> Applied { get; init; } = [];

    /// <summary>What was preferred but could not be had.</summary>
    public ImmutableArray<NotApplied> NotApplied { get; init; } = [];
}
