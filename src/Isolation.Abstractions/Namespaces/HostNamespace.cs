namespace Isolation;

/// <summary>The namespace that the host process is in.</summary>
public sealed record HostNamespace : NamespaceSource;
