namespace Isolation;

/// <summary>Output that is thrown away; see <see cref="OutputTarget.Null"/>.</summary>
public sealed record NullOutput : OutputTarget;
