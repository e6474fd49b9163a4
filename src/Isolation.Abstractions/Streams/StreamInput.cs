namespace Isolation;

/// <summary>A stream; see <see cref="InputSource.FromStream"/>.</summary>
/// <param name="Stream">What is read.</param>
public sealed record StreamInput(Stream Stream) : InputSource;
