using Isolation.Linux.Networking.Netlink;

namespace Isolation.Linux.Networking.Rtnetlink.Constants;

/// <summary>Specifies what a route does with a packet; see rtnetlink(7).</summary>
[KernelNames("RTN_", "linux/rtnetlink.h")]
internal enum RouteType : ushort
{
    Unspec = 0,
    Unicast = 1,
    Local = 2,
    Blackhole = 6,
    Unreachable = 7,
    Prohibit = 8,
}
