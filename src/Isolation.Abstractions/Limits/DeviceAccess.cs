namespace Isolation;

/// <summary>Specifies access to a device. The bits are those of <c>BPF_DEVCG_ACC_*</c> in linux/bpf.h.</summary>
[Flags]
public enum DeviceAccess
{
    /// <summary>No access. Not valid in a rule, because access that no rule allows is denied anyway.</summary>
    None = 0,

    /// <summary>
    /// Creating a node with mknod(2), which also requires CAP_MKNOD. By default, the commands of a sandbox have no
    /// capabilities.
    /// </summary>
    MakeNode = 1,

    /// <summary>Opening the device for reading.</summary>
    Read = 2,

    /// <summary>Opening the device for writing.</summary>
    Write = 4,

    /// <summary>Opening the device for reading, writing, or both.</summary>
    ReadWrite = Read | Write,

    /// <summary>All access.</summary>
    All = MakeNode | Read | Write,
}
