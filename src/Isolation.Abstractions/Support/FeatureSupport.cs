namespace Isolation;

/// <summary>Whether a host has a feature.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="IsSupported">Whether it can be used by this process.</param>
/// <param name="Detail">What was found, in a sentence: a version or count where supported, the reason where
/// not.</param>
/// <param name="Remedy">What to do about it where it is not supported; null if nothing is known or nothing is
/// needed.</param>
public sealed record FeatureSupport(IsolationFeature Feature, bool IsSupported, string Detail, string? Remedy);
