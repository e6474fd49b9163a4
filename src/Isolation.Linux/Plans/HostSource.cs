namespace Isolation.Linux.Plans;

/// <summary>Describes a source that the application opens for each sandbox and passes to init.</summary>
/// <param name="Kind">The kind of the source.</param>
/// <param name="Path">The path on the host; for a memory file, its name in messages.</param>
/// <param name="Content">The content of a memory file.</param>
/// <param name="Overlay">The description of an overlay.</param>
internal sealed record HostSource(
    HostSourceKind Kind, string Path, ReadOnlyMemory<byte> Content = default, HostOverlay? Overlay = null);
