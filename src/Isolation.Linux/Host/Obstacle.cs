using Isolation.Linux.Hints;

namespace Isolation.Linux.Host;

/// <summary>Why something cannot be had, and what to do about it.</summary>
internal sealed record Obstacle(string Reason, string? Remedy)
{
    internal FeatureSupport For(IsolationFeature feature) => new(feature, false, Reason, Remedy);
}
