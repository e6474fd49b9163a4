using System.Collections.Immutable;

namespace Isolation;

/// <summary>Describes the features that a host supports.</summary>
/// <param name="Features">The features, each with a value indicating whether it is supported.</param>
public sealed record IsolationSupport(ImmutableArray<FeatureSupport> Features)
{
    /// <summary>Gets the support for a feature.</summary>
    public FeatureSupport this[IsolationFeature feature] =>
        Features.FirstOrDefault(support => support.Feature == feature)
        ?? new FeatureSupport(feature, false, "The provider does not know this feature.", null);

    /// <summary>
    /// Gets the function with which the provider answers <see cref="Check"/>; <see langword="null"/> to answer from
    /// <see cref="Features"/> alone.
    /// </summary>
    public Func<SandboxSpecification, SpecificationSupport>? Checker { get; init; }

    /// <summary>
    /// Gets a value indicating whether this host supports the sandboxes of the presets with namespaces.
    /// </summary>
    public bool IsUsable => MissingFeatures.IsEmpty;

    /// <summary>
    /// Gets the features that the presets with namespaces require and this host does not support.
    /// </summary>
    public ImmutableArray<FeatureSupport> MissingFeatures =>
        [.. Features.Where(support => !support.IsSupported && support.Feature is
            IsolationFeature.Platform or IsolationFeature.UserNamespaces or IsolationFeature.MountNamespaces
                or IsolationFeature.PidNamespaces
            or IsolationFeature.NetworkNamespaces or IsolationFeature.IpcNamespaces or IsolationFeature.UtsNamespaces
            or IsolationFeature.CgroupNamespaces or IsolationFeature.ProcMounts)];

    /// <summary>
    /// Determines what this host supports of a specification, without running a command. The provider creates a sandbox
    /// and removes it again, so the answer is as reliable as <see cref="ISandboxProvider.CreateAsync"/>, takes about as
    /// long, and blocks the calling thread meanwhile. The result is not cached.
    /// </summary>
    /// <param name="specification">The specification.</param>
    /// <exception cref="SandboxSpecificationException">The specification is invalid.</exception>
    public SpecificationSupport Check(SandboxSpecification specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        specification.Validate();
        return Checker?.Invoke(specification) ?? SpecificationSupport.Of(specification, this);
    }

    /// <summary>Returns whether two instances have the same features.</summary>
    public bool Equals(IsolationSupport? other) => other is not null && Features.Equals(other.Features);

    /// <inheritdoc/>
    public override int GetHashCode() => Features.GetHashCode();
}
