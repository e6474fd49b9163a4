using Isolation.Linux.Networking.Netlink;

namespace Isolation.Linux.Networking.Rtnetlink.Constants;

/// <summary>Specifies the attributes of a routing rule; see rtnetlink(7).</summary>
[KernelNames("FRA_", "linux/fib_rules.h")]
internal enum Fra : ushort
{
    Dst = 1,
    Src = 2,
    Iifname = 3,
    Priority = 6,
    Fwmark = 10,
    Table = 15,
    Fwmask = 16,
    Oifname = 17,
}
