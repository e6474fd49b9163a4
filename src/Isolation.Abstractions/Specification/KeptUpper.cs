namespace Isolation;

/// <summary>
/// Writes go to a folder of the host and stay there. Both folders must be in one mount, and no other overlay may use
/// them at the same time.
/// <para>
/// Where the owners are mapped (<see cref="OverlayRoot.Ownership"/>, the default of a root host), id 0 inside writes what
/// root owns on the host, set-user-id programs as well: keep both in a folder that only root may enter (mode 700).
/// Otherwise the payload may write what its id, as the host sees it, may write; an ordinary user must be able to write to
/// both folders.
/// </para>
/// </summary>
/// <param name="Folder">The absolute path of the folder that takes the writes (overlayfs <c>upperdir</c>).</param>
/// <param name="WorkFolder">The absolute path of an empty folder that overlayfs works in (<c>workdir</c>).</param>
public sealed record KeptUpper(string Folder, string WorkFolder) : OverlayUpper;
