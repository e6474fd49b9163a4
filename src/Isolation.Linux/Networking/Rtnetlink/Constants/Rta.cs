using Isolation.Linux.Networking.Netlink;

namespace Isolation.Linux.Networking.Rtnetlink.Constants;

/// <summary>Specifies the attributes of a route; see rtnetlink(7).</summary>
[KernelNames("RTA_", "linux/rtnetlink.h")]
internal enum Rta : ushort
{
    Dst = 1,
    Src = 2,
    Oif = 4,
    Gateway = 5,
    Priority = 6,
    Prefsrc = 7,
    Table = 15,
}
