namespace Isolation;

/// <summary>A stream; see <see cref="OutputTarget.ToStream"/>.</summary>
/// <param name="Stream">What is written.</param>
public sealed record StreamOutput(Stream Stream) : OutputTarget;
