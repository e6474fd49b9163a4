using System.Collections.Immutable;

namespace Isolation;

/// <summary>What a host can do, feature by feature.</summary>
public sealed record IsolationSupport(ImmutableArray<FeatureSupport> Features)
{
    /// <summary>The answer for one feature.</summary>
    public FeatureSupport this[IsolationFeature feature] =>
        Features.FirstOrDefault(support => support.Feature == feature)
        ?? new FeatureSupport(feature, false, "The provider does not know this feature.", null);

    /// <summary>Whether a sandbox of the default specification can be had.</summary>
    public bool IsUsable => MissingFeatures.IsEmpty;

    /// <summary>What the default specification needs and this host does not have.</summary>
    public ImmutableArray<FeatureSupport> MissingFeatures =>
        [.. Features.Where(support => !support.IsSupported && support.Feature is
            IsolationFeature.Platform or IsolationFeature.UserNamespaces or IsolationFeature.MountNamespaces
                or IsolationFeature.PidNamespaces
            or IsolationFeature.NetworkNamespaces or IsolationFeature.IpcNamespaces or IsolationFeature.UtsNamespaces
            or IsolationFeature.CgroupNamespaces)];
}
