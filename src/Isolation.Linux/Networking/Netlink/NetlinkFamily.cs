namespace Isolation.Linux.Networking.Netlink;

/// <summary>Specifies a netlink protocol; see netlink(7).</summary>
[KernelNames("NETLINK_", "linux/netlink.h")]
internal enum NetlinkFamily : ushort
{
    Route = 0,
    Netfilter = 12,
}
