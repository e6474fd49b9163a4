namespace Isolation;

/// <summary>Represents output to a file of the host; see <see cref="OutputTarget.ToFile"/>.</summary>
/// <param name="Path">The absolute path of the file on the host.</param>
public sealed record FileOutput(string Path) : OutputTarget;
