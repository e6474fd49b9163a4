using Isolation.Linux.Networking.Netlink;

namespace Isolation.Linux.Networking.Rtnetlink.Constants;

/// <summary>Specifies the attributes of a port of a bridge.</summary>
[KernelNames("IFLA_BRPORT_", "linux/if_link.h")]
internal enum IflaBrport : ushort
{
    Guard = 5,
    Protect = 6,
    Learning = 8,
    UnicastFlood = 9,
    Isolated = 33,
}
