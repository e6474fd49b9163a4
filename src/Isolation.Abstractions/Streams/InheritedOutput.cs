namespace Isolation;

/// <summary>Represents the application's output; see <see cref="OutputTarget.Inherit"/>.</summary>
public sealed record InheritedOutput : OutputTarget;
