namespace Isolation;

/// <summary>The host's own output; see <see cref="OutputTarget.Inherit"/>.</summary>
public sealed record InheritedOutput : OutputTarget;
