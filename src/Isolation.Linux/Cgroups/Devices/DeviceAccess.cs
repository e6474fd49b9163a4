namespace Isolation.Linux.Cgroups.Devices;

/// <summary>What may be done with a device. The bits are those of <c>BPF_DEVCG_ACC_*</c>.</summary>
[Flags]
internal enum DeviceAccess
{
    None = 0,
    MakeNode = 1,
    Read = 2,
    Write = 4,
    All = MakeNode | Read | Write,
}
