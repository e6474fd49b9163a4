namespace Isolation;

/// <summary>Which rules on files a <see cref="LandlockPolicy"/> has besides those that are named.</summary>
public enum LandlockMountRules
{
    /// <summary>None.</summary>
    None,

    /// <summary>
    /// Those that say what the mounts of the specification say: everything can be read and executed; below what is
    /// mounted writable (a writable bind, a temporary directory, message queues, a writable root, <c>shm</c> of a
    /// <see cref="DeviceMount"/>) everything is allowed; files below a <see cref="ProcMount"/> and a
    /// <see cref="DeviceMount"/> can be written, and ioctl(2) used on the latter's. What is read-only below something
    /// that is writable stays so by its mount alone. Needs a root with mounts, so neither <see cref="HostRoot"/> nor
    /// <see cref="ChrootRoot"/>.
    /// </summary>
    Follow,
}
