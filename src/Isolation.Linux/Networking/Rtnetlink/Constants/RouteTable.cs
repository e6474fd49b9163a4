using Isolation.Linux.Networking.Netlink;

namespace Isolation.Linux.Networking.Rtnetlink.Constants;

/// <summary>Specifies the tables that the kernel names; see rtnetlink(7).</summary>
[KernelNames("RT_TABLE_", "linux/rtnetlink.h")]
internal enum RouteTable : ushort
{
    Unspec = 0,
    Default = 253,
    Main = 254,
    Local = 255,
}
