namespace Isolation;

/// <summary>Specifies whether a payload may write to a mount.</summary>
public enum MountAccess
{
    /// <summary>The mount and all mounts below it are read-only.</summary>
    ReadOnly,

    /// <summary>The mount is writable where file permissions allow it.</summary>
    ReadWrite,
}
