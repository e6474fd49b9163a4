namespace Isolation;

/// <summary>Represents input from a file of the host; see <see cref="InputSource.FromFile"/>.</summary>
/// <param name="Path">The absolute path of the file on the host.</param>
public sealed record FileInput(string Path) : InputSource
{
    /// <summary>Gets whether parts of the path may be symbolic links. Default: <see langword="false"/>.</summary>
    public bool FollowsLinks { get; init; }
}
