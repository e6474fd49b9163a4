namespace Isolation;

/// <summary>Writes go to a folder of the host and stay there. Both folders must be on one file system.</summary>
/// <param name="Folder">The absolute path of the folder that takes the writes (overlayfs <c>upperdir</c>).</param>
/// <param name="WorkFolder">The absolute path of an empty folder that overlayfs works in (<c>workdir</c>).</param>
public sealed record KeptUpper(string Folder, string WorkFolder) : OverlayUpper;
