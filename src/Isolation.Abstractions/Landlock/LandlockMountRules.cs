namespace Isolation;

/// <summary>Specifies the file rules that a <see cref="LandlockPolicy"/> derives from the sandbox's mounts.</summary>
public enum LandlockMountRules
{
    /// <summary>No rules.</summary>
    None,

    /// <summary>
    /// Rules that match the mounts of the specification. Requires a root with mounts, so neither <see cref="HostRoot"/>
    /// nor <see cref="ChrootRoot"/>.
    /// </summary>
    /// <remarks>
    /// All files can be read and executed. All rights apply below writable mounts: a writable bind mount, a temporary
    /// directory, message queues, a writable root, and <c>shm</c> of a <see cref="DeviceMount"/>. Files below a
    /// <see cref="ProcMount"/> or a <see cref="DeviceMount"/> can be written, and files below a
    /// <see cref="DeviceMount"/> allow ioctl(2). A read-only mount below a writable mount is protected only by the
    /// mount itself.
    /// </remarks>
    Follow,
}
