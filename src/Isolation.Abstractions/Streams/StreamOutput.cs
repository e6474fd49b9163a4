namespace Isolation;

/// <summary>Represents output to a stream; see <see cref="OutputTarget.ToStream(Stream)"/>.</summary>
/// <param name="Stream">The stream to write to.</param>
public sealed record StreamOutput(Stream Stream) : OutputTarget
{
    /// <summary>Gets the maximum number of bytes; 0 or more. Default: null, no limit.</summary>
    public long? Limit { get; init; }
}
