namespace Isolation;

/// <summary>Describes whether a host supports a feature.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="IsSupported">A value indicating whether this process can use the feature.</param>
/// <param name="Detail">
/// A sentence about the result: a version or count if the feature is supported; otherwise the reason.
/// </param>
/// <param name="Remedy">The action that makes the feature available; null if none is known or required.</param>
public sealed record FeatureSupport(IsolationFeature Feature, bool IsSupported, string Detail, string? Remedy)
{
    /// <summary>Returns a line such as <c>Landlock: supported. ABI 7.</c></summary>
    public override string ToString() =>
        $"{Feature}: {(IsSupported ? "supported" : "not supported")}. {Detail} {Remedy}".TrimEnd();
}
