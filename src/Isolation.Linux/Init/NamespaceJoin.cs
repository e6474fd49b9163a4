using Isolation.Linux.Host;

namespace Isolation.Linux.Init;

/// <summary>A namespace to be joined.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Path">A file that stands for it.</param>
internal sealed record NamespaceJoin(NamespaceKind Kind, string Path);
