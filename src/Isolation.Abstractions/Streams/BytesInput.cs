namespace Isolation;

/// <summary>Given bytes; see <see cref="InputSource.FromBytes"/>.</summary>
/// <param name="Bytes">The bytes.</param>
public sealed record BytesInput(ReadOnlyMemory<byte> Bytes) : InputSource;
