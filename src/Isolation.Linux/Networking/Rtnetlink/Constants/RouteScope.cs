using Isolation.Linux.Networking.Netlink;

namespace Isolation.Linux.Networking.Rtnetlink.Constants;

/// <summary>Specifies how far away a destination is; see rtnetlink(7).</summary>
[KernelNames("RT_SCOPE_", "linux/rtnetlink.h")]
internal enum RouteScope : ushort
{
    Universe = 0,
    Link = 253,
    Host = 254,
    Nowhere = 255,
}
