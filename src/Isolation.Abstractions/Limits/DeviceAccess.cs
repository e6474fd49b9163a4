namespace Isolation;

/// <summary>What may be done with a device. The bits are those of <c>BPF_DEVCG_ACC_*</c> in linux/bpf.h.</summary>
[Flags]
public enum DeviceAccess
{
    /// <summary>Nothing. A rule must not have it: what no rule allows is refused anyway.</summary>
    None = 0,

    /// <summary>
    /// Making a node for it with mknod(2), which takes CAP_MKNOD besides. The commands of a sandbox have no
    /// capabilities.
    /// </summary>
    MakeNode = 1,

    /// <summary>Opening it for reading.</summary>
    Read = 2,

    /// <summary>Opening it for writing.</summary>
    Write = 4,

    /// <summary>Opening it for reading, for writing, or for both.</summary>
    ReadWrite = Read | Write,

    /// <summary>Everything.</summary>
    All = MakeNode | Read | Write,
}
