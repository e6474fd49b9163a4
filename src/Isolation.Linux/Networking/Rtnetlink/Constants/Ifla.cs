using Isolation.Linux.Networking.Netlink;

namespace Isolation.Linux.Networking.Rtnetlink.Constants;

/// <summary>Specifies the attributes of a link; see rtnetlink(7).</summary>
[KernelNames("IFLA_", "linux/if_link.h")]
internal enum Ifla : ushort
{
    Address = 1,
    Ifname = 3,
    Mtu = 4,
    Link = 5,
    Stats = 7,
    Master = 10,
    Linkinfo = 18,
    NetNsPid = 19,
    Stats64 = 23,
    NetNsFd = 28,
    LinkNetnsid = 37,
}
