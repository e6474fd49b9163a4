namespace Isolation;

/// <summary>Represents output that is discarded; see <see cref="OutputTarget.Null"/>.</summary>
public sealed record NullOutput : OutputTarget;
