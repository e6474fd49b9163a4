namespace Isolation;

/// <summary>Bytes that a command wrote; see <see cref="LiveOutputExtensions.ReadChunksAsync"/>.</summary>
/// <param name="Source">Which output they were written to.</param>
/// <param name="Bytes">One or more bytes, for the receiver to keep.</param>
public readonly record struct OutputChunk(OutputSource Source, ReadOnlyMemory<byte> Bytes);
