namespace Isolation;

/// <summary>
/// Stores writes in a directory of the host, where they remain. Both directories must be on the same mount, and no
/// other overlay may use them at the same time.
/// </summary>
/// <remarks>
/// <para>
/// If owners are mapped (<see cref="OverlayRoot.Ownership"/>, the default for an application that runs as root), files
/// that id 0 inside writes are owned by root on the host, including set-user-id programs. Keep both directories in a
/// directory that only root can enter (mode 700).
/// </para>
/// <para>
/// Otherwise, the payload can write where its id on the host can write. An unprivileged user requires write permission
/// for both directories.
/// </para>
/// </remarks>
/// <param name="Directory">
/// The absolute path of the directory that receives the writes (overlayfs <c>upperdir</c>).
/// </param>
/// <param name="WorkDirectory">
/// The absolute path of an empty directory for overlayfs's internal use (<c>workdir</c>).
/// </param>
public sealed record PersistentUpper(string Directory, string WorkDirectory) : OverlayUpper;
