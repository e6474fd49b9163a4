namespace Isolation;

/// <summary>Represents input from memory; see <see cref="InputSource.FromBytes"/>.</summary>
/// <param name="Bytes">The bytes.</param>
public sealed record BytesInput(ReadOnlyMemory<byte> Bytes) : InputSource;
