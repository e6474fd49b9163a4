namespace Isolation;

/// <summary>Something preferred that the host could not give.</summary>
/// <param name="What">What was to be done.</param>
/// <param name="Reason">Why it could not be.</param>
/// <param name="Remedy">What would make it possible; null if nothing is known.</param>
public sealed record NotApplied(string What, string Reason, string? Remedy);
