namespace Isolation;

/// <summary>A pipe that the application writes; see <see cref="InputSource.Pipe"/>.</summary>
public sealed record PipeInput : InputSource;
