namespace Isolation;

/// <summary>Represents an existing namespace, identified by a path and joined by setns(2).</summary>
/// <param name="Path">The absolute path of a file that represents the namespace.</param>
public sealed record JoinedByPath(string Path) : NamespaceSource;
