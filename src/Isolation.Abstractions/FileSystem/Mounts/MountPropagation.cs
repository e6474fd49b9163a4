namespace Isolation;

/// <summary>Whether mounts made later on one side appear on the other, see mount_namespaces(7).</summary>
public enum MountPropagation
{
    /// <summary>Nothing is passed on, in either direction.</summary>
    Private,

    /// <summary>What the host mounts below the source appears inside; not the other way around.</summary>
    Slave,

    /// <summary>Both directions. Only for trusted payloads.</summary>
    Shared,

    /// <summary>Private, and cannot be bind-mounted again.</summary>
    Unbindable,
}
