namespace Isolation;

/// <summary>A stream; see <see cref="OutputTarget.ToStream(Stream)"/>.</summary>
/// <param name="Stream">What is written.</param>
public sealed record StreamOutput(Stream Stream) : OutputTarget
{
    /// <summary>The most bytes; 0 or more. Default: null, no limit.</summary>
    public long? Limit { get; init; }
}
