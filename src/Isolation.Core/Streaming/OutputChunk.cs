namespace Isolation;

/// <summary>Represents bytes that a command wrote; see <see cref="LiveOutputExtensions.ReadChunksAsync"/>.</summary>
/// <param name="Source">The output that the bytes come from.</param>
/// <param name="Bytes">One or more bytes, which the receiver may keep.</param>
public readonly record struct OutputChunk(OutputSource Source, ReadOnlyMemory<byte> Bytes);
