namespace Isolation.Linux.Cgroups.Devices;

/// <summary>Which device files a rule is about. The numbers are those of <c>BPF_DEVCG_DEV_*</c>.</summary>
internal enum DeviceKind
{
    Any = 0,
    Block = 1,
    Character = 2,
}
