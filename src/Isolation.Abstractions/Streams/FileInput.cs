namespace Isolation;

/// <summary>A file of the host; see <see cref="InputSource.FromFile"/>.</summary>
/// <param name="Path">The absolute path on the host.</param>
public sealed record FileInput(string Path) : InputSource;
