using System.Collections.Immutable;

namespace Isolation;

/// <summary>Describes what a host supports of a specification.</summary>
public sealed record SpecificationSupport
{
    /// <summary>Gets the features that the specification uses and the host supports.</summary>
    public ImmutableArray<FeatureSupport> Usable { get; init; } = [];

    /// <summary>
    /// Gets everything that the specification prefers and the host cannot provide: sandboxes are created without it.
    /// </summary>
    public ImmutableArray<NotApplied> Degraded { get; init; } = [];

    /// <summary>
    /// Gets everything that the specification requires and the host cannot provide. If it is not empty, no sandbox can
    /// be created.
    /// </summary>
    public ImmutableArray<NotApplied> Missing { get; init; } = [];

    /// <summary>Gets a value indicating whether a sandbox can be created.</summary>
    public bool IsUsable => Missing.IsEmpty;

    /// <summary>Determines the support of a specification from the features of a host alone.</summary>
    /// <param name="specification">The specification.</param>
    /// <param name="support">The features of the host.</param>
    public static SpecificationSupport Of(SandboxSpecification specification, IsolationSupport support)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentNullException.ThrowIfNull(support);
        (FeatureSupport Feature, Requirement Requirement)[] used =
            [.. SpecificationFeatures.Of(specification).Select(use => (support[use.Feature], use.Requirement))];
        return new SpecificationSupport
        {
            Usable = [.. used.Where(use => use.Feature.IsSupported).Select(use => use.Feature)],
            Degraded = Lacking(Requirement.Prefer),
            Missing = Lacking(Requirement.Require),
        };

        ImmutableArray<NotApplied> Lacking(Requirement requirement) =>
            [.. used.Where(use => !use.Feature.IsSupported && use.Requirement == requirement)
                .Select(use => new NotApplied(
                    use.Feature.Feature.ToString(), use.Feature.Detail, use.Feature.Remedy))];
    }
}
