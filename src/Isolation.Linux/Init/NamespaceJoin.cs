using Isolation.Linux.Host;

namespace Isolation.Linux.Init;

/// <summary>Describes a namespace to join.</summary>
/// <param name="Kind">The kind of the namespace.</param>
/// <param name="Path">The path of the file that represents the namespace.</param>
internal sealed record NamespaceJoin(NamespaceKind Kind, string Path);
