namespace Isolation;

/// <summary>Represents a range of ids.</summary>
/// <param name="Inside">The first id inside the sandbox.</param>
/// <param name="Host">The first id on the host.</param>
/// <param name="Count">The number of ids, at least 1.</param>
public readonly record struct IdRange(uint Inside, uint Host, uint Count);
