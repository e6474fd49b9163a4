namespace Isolation;

/// <summary>A file of the host; see <see cref="OutputTarget.ToFile"/>.</summary>
/// <param name="Path">The absolute path on the host.</param>
public sealed record FileOutput(string Path) : OutputTarget;
