namespace Isolation;

/// <summary>Represents the namespace of the application.</summary>
public sealed record HostNamespace : NamespaceSource;
