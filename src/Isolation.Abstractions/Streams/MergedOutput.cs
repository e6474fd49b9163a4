namespace Isolation;

/// <summary>
/// Represents standard error redirected to standard output; see <see cref="OutputTarget.SameAsStandardOutput"/>.
/// </summary>
public sealed record MergedOutput : OutputTarget;
