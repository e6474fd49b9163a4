namespace Isolation.Linux.Plans;

/// <summary>Something that the host opens for each sandbox and passes to init.</summary>
/// <param name="Kind">How it is opened.</param>
/// <param name="Path">A path of the host; for content a name for messages.</param>
/// <param name="Content">What a memory file holds.</param>
/// <param name="Overlay">What an overlay is made of.</param>
internal sealed record HostSource(
    HostSourceKind Kind, string Path, ReadOnlyMemory<byte> Content = default, HostOverlay? Overlay = null);
