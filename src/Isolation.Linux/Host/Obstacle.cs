using System.Collections.Immutable;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Host;

/// <summary>Describes why something is not available, and the remedy.</summary>
internal sealed record Obstacle(string Reason, string? Remedy)
{
    internal FeatureSupport For(IsolationFeature feature) => new(feature, false, Reason, Remedy);

    /// <summary>Throws if a feature is required; otherwise reports that it is not applied.</summary>
    /// <param name="requirement">The level at which the feature is required.</param>
    /// <param name="feature">The feature, as an action.</param>
    /// <param name="target">The path that the feature concerns; null for none.</param>
    /// <param name="error">The error number that stands for the obstacle.</param>
    /// <param name="omitted">The report.</param>
    internal void Refuse(
        Requirement requirement, string feature, string? target, int error, ImmutableArray<NotApplied>.Builder omitted)
    {
        if (requirement == Requirement.Require)
        {
            throw new SandboxException(
                feature, target, error, ErrnoText.Name(error), Reason.TrimEnd('.'), Remedy);
        }

        omitted.Add(new NotApplied(feature, Reason, Remedy));
    }
}
