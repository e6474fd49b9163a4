namespace Isolation;

/// <summary>Nothing to read; see <see cref="InputSource.Null"/>.</summary>
public sealed record NullInput : InputSource;
