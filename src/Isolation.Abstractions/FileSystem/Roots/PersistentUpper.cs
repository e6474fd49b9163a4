namespace Isolation;

/// <summary>
/// Writes go to a directory of the host and stay there. Both directories must be in one mount, and no other overlay may
/// use them at the same time.
/// <para>
/// Where the owners are mapped (<see cref="OverlayRoot.Ownership"/>, the default of a root host), id 0 inside writes
/// what root owns on the host, set-user-id programs as well: keep both in a directory that only root may enter (mode
/// 700). Otherwise the payload may write what its id, as the host sees it, may write; an ordinary user must be able to
/// write to both directories.
/// </para>
/// </summary>
/// <param name="Directory">The absolute path of the directory that takes the writes (overlayfs
/// <c>upperdir</c>).</param>
/// <param name="WorkDirectory">The absolute path of an empty directory that overlayfs works in
/// (<c>workdir</c>).</param>
public sealed record PersistentUpper(string Directory, string WorkDirectory) : OverlayUpper;
