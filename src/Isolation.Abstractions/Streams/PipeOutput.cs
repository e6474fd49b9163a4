namespace Isolation;

/// <summary>Represents a pipe that the application reads; see <see cref="OutputTarget.Pipe"/>.</summary>
public sealed record PipeOutput : OutputTarget;
