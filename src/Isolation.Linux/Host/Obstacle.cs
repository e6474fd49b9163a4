using System.Collections.Immutable;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Host;

/// <summary>Describes why something is not available, and the remedy.</summary>
internal sealed record Obstacle(string Reason, string? Remedy)
{
    internal FeatureSupport For(IsolationFeature feature) => new(feature, false, Reason, Remedy);

    /// <summary>Throws if a feature is required; otherwise reports that it is not applied.</summary>
    /// <param name="requirement">The level at which the feature is required.</param>
    /// <param name="step">The step that the obstacle prevents, which also names the feature.</param>
    /// <param name="nearest">The error number whose name describes the obstacle best.</param>
    /// <param name="omitted">The report.</param>
    internal void Refuse(
        Requirement requirement, ProgramStep step, int nearest, ImmutableArray<NotApplied>.Builder omitted)
    {
        if (requirement == Requirement.Require)
        {
            throw new SandboxException(
                step.ToString(), step.Target, 0, ErrnoText.Name(nearest), Reason.TrimEnd('.'), Remedy)
            {
                Operation = step.Operation,
            };
        }

        omitted.Add(new NotApplied(step.ToString(), Reason, Remedy)
        {
            IsLimit = step.Kind is StepKind.SetGroupLimit or StepKind.MakeGroup,
        });
    }
}
