using Isolation.Linux.Networking.Netlink;

namespace Isolation.Linux.Networking.Rtnetlink.Constants;

/// <summary>Specifies the attributes of an address; see rtnetlink(7).</summary>
[KernelNames("IFA_", "linux/if_addr.h")]
internal enum Ifa : ushort
{
    Address = 1,
    Local = 2,
    Label = 3,
    Broadcast = 4,
    Cacheinfo = 6,
    Flags = 8,
}
