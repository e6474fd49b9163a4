using Isolation.Linux.Networking.Netlink;

namespace Isolation.Linux.Networking.Rtnetlink.Constants;

/// <summary>Specifies the attributes of a bridge.</summary>
[KernelNames("IFLA_BR_", "linux/if_link.h")]
internal enum IflaBr : ushort
{
    ForwardDelay = 1,
    StpState = 5,
}
