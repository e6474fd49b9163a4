namespace Isolation;

/// <summary>Something preferred that the host could not give.</summary>
/// <param name="Feature">Feature was to be done.</param>
/// <param name="Reason">Why it could not be.</param>
/// <param name="Remedy">Feature would make it possible; null if nothing is known.</param>
public sealed record NotApplied(string Feature, string Reason, string? Remedy);
