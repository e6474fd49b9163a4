using Isolation.Linux.Networking.Netlink;

namespace Isolation.Linux.Networking.Rtnetlink.Constants;

/// <summary>Specifies the attributes of a macvlan.</summary>
[KernelNames("IFLA_MACVLAN_", "linux/if_link.h")]
internal enum IflaMacvlan : ushort
{
    Mode = 1,
}
