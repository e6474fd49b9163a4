namespace Isolation;

/// <summary>The host's own standard input; see <see cref="InputSource.Inherit"/>.</summary>
public sealed record InheritedInput : InputSource;
