using Isolation.Linux.Networking.Netlink;

namespace Isolation.Linux.Networking.Rtnetlink.Constants;

/// <summary>Specifies the attributes of a hierarchical token bucket; see tc-htb(8).</summary>
[KernelNames("TCA_HTB_", "linux/pkt_sched.h")]
internal enum TcaHtb : ushort
{
    Parms = 1,
    Init = 2,
    Rate64 = 6,
    Ceil64 = 7,
}
