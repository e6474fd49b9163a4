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

    /// <summary>Gets a value indicating whether this host supports a sandbox with the default specification.</summary>
    public bool IsUsable => MissingFeatures.IsEmpty;

    /// <summary>Gets the features that the default specification requires and this host does not support.</summary>
    public ImmutableArray<FeatureSupport> MissingFeatures =>
        [.. Features.Where(support => !support.IsSupported && support.Feature is
            IsolationFeature.Platform or IsolationFeature.UserNamespaces or IsolationFeature.MountNamespaces
                or IsolationFeature.PidNamespaces
            or IsolationFeature.NetworkNamespaces or IsolationFeature.IpcNamespaces or IsolationFeature.UtsNamespaces
            or IsolationFeature.CgroupNamespaces)];
}
