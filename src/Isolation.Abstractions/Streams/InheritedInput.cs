namespace Isolation;

/// <summary>Represents the application's standard input; see <see cref="InputSource.Inherit"/>.</summary>
public sealed record InheritedInput : InputSource;
