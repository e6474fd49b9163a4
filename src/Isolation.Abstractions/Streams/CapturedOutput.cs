namespace Isolation;

/// <summary>Output into memory; see <see cref="OutputTarget.Capture"/>.</summary>
/// <param name="Limit">The most bytes; 0 or more.</param>
public sealed record CapturedOutput(int Limit) : OutputTarget;
