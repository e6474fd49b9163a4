namespace Isolation;

/// <summary>
/// Specifies how the owners of files on a bind mount, or in the layers of an overlay, appear inside the sandbox.
/// </summary>
public enum MountOwnership
{
    /// <summary>The host's owners. An id that the id map does not contain appears as the overflow id (65534).</summary>
    Host,

    /// <summary>
    /// The host's owners, translated by the sandbox's id map. A file that id 1000 owns on the host is owned by id 1000
    /// inside, and a file that id 1000 inside creates is owned by id 1000 on the host.
    /// </summary>
    Mapped,
}
