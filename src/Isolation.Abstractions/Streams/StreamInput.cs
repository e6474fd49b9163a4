namespace Isolation;

/// <summary>Represents input from a stream; see <see cref="InputSource.FromStream"/>.</summary>
/// <param name="Stream">The stream to read.</param>
public sealed record StreamInput(Stream Stream) : InputSource;
