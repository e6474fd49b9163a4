namespace Isolation;

/// <summary>Represents a pipe that the application writes to; see <see cref="InputSource.Pipe"/>.</summary>
public sealed record PipeInput : InputSource;
