namespace Isolation;

/// <summary>An existing namespace, joined by setns(2).</summary>
/// <param name="Path">The absolute path of a file that stands for the namespace.</param>
public sealed record JoinedByPath(string Path) : NamespaceSource;
