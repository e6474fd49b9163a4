namespace Isolation;

/// <summary>How the owners of files on a bind mount, or in the layers of an overlay, are shown.</summary>
public enum MountOwnership
{
    /// <summary>As on the host: an id that the id map does not contain is shown as the overflow id (65534).</summary>
    Host,

    /// <summary>
    /// Through the sandbox's id map: a file that id 1000 owns on the host is owned by id 1000 inside, and what id 1000
    /// inside writes is owned by id 1000 on the host.
    /// </summary>
    Mapped,
}
