using Isolation.Linux.Networking.Netlink;

namespace Isolation.Linux.Networking.Rtnetlink.Constants;

/// <summary>Specifies the attributes of the kind of a link.</summary>
[KernelNames("IFLA_INFO_", "linux/if_link.h")]
internal enum IflaInfo : ushort
{
    Kind = 1,
    Data = 2,
}
