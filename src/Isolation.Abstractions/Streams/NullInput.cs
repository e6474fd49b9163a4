namespace Isolation;

/// <summary>Represents empty input; see <see cref="InputSource.Null"/>.</summary>
public sealed record NullInput : InputSource;
