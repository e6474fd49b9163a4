namespace Isolation;

/// <summary>
/// Specifies the kind of a device file. The values are those of <c>BPF_DEVCG_DEV_*</c> in linux/bpf.h.
/// </summary>
public enum DeviceKind
{
    /// <summary>Block and character devices.</summary>
    Any = 0,

    /// <summary>Block devices, such as disks.</summary>
    Block = 1,

    /// <summary>Character devices, such as terminals.</summary>
    Character = 2,
}
