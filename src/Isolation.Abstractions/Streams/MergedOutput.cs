namespace Isolation;

/// <summary>Standard error into standard output; see <see cref="OutputTarget.SameAsStandardOutput"/>.</summary>
public sealed record MergedOutput : OutputTarget;
