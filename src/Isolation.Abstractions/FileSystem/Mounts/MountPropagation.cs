namespace Isolation;

/// <summary>Specifies whether later mounts on one side appear on the other; see mount_namespaces(7).</summary>
public enum MountPropagation
{
    /// <summary>No propagation in either direction.</summary>
    Private,

    /// <summary>Mounts that the host adds below the source appear inside the sandbox, but not the reverse.</summary>
    Slave,

    /// <summary>Propagation in both directions. Only for trusted payloads.</summary>
    Shared,

    /// <summary>No propagation, and the mount cannot be bind-mounted again.</summary>
    Unbindable,
}
