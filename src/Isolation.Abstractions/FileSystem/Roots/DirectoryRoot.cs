namespace Isolation;

/// <summary>Uses an existing directory of the host as the root, through pivot_root in a new mount namespace.</summary>
/// <remarks>
/// The targets of mounts must exist in the directory, because the library creates nothing in a directory of the host.
/// </remarks>
/// <param name="Path">The absolute path of the directory on the host.</param>
public sealed record DirectoryRoot(string Path) : RootFileSystem
{
    /// <summary>
    /// Gets the access that the payload has to the directory. Default: <see cref="MountAccess.ReadOnly"/>, including
    /// all mounts below it.
    /// </summary>
    public MountAccess Access { get; init; } = MountAccess.ReadOnly;
}
