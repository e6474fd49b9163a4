using Isolation.Linux.Networking.Netlink;

namespace Isolation.Linux.Networking.Rtnetlink.Constants;

/// <summary>Specifies the attributes of a pair of virtual Ethernet devices.</summary>
[KernelNames("VETH_INFO_", "linux/veth.h")]
internal enum VethInfo : ushort
{
    Peer = 1,
}
