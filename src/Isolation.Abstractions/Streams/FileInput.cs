namespace Isolation;

/// <summary>Represents input from a file of the host; see <see cref="InputSource.FromFile"/>.</summary>
/// <param name="Path">The absolute path of the file on the host.</param>
public sealed record FileInput(string Path) : InputSource;
