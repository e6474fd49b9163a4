using Isolation.Linux.Files;
using Isolation.Linux.Parts;

namespace Isolation.Linux.FileSystem;

/// <summary>Describes a memory file with the content of an entry.</summary>
/// <param name="Path">The path of the entry.</param>
/// <param name="Content">The content.</param>
internal sealed record ContentSource(string Path, ReadOnlyMemory<byte> Content) : HostSource(Path)
{
    internal override ValueTask<int> OpenAsync(PassedDescriptors passed, CancellationToken cancellationToken) =>
        new(MemoryFile.Create(Path, Content.Span));
}
