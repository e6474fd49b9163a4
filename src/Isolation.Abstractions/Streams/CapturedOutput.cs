namespace Isolation;

/// <summary>Represents output that is captured in memory; see <see cref="OutputTarget.Capture"/>.</summary>
/// <param name="Limit">The maximum number of bytes; 0 to <see cref="Array.MaxLength"/>.</param>
public sealed record CapturedOutput(long Limit) : OutputTarget;
