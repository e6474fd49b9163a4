namespace Isolation.Linux.Host;

/// <summary>Describes why something is not available, and the remedy.</summary>
internal sealed record Obstacle(string Reason, string? Remedy)
{
    internal FeatureSupport For(IsolationFeature feature) => new(feature, false, Reason, Remedy);
}
