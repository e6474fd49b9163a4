using Isolation.Linux.Networking.Netlink;

namespace Isolation.Linux.Networking.Rtnetlink.Constants;

/// <summary>Specifies the attributes of a VLAN.</summary>
[KernelNames("IFLA_VLAN_", "linux/if_link.h")]
internal enum IflaVlan : ushort
{
    Id = 1,
}
