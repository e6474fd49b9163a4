using Isolation.Linux.Networking.Netlink;

namespace Isolation.Linux.Networking.Rtnetlink.Constants;

/// <summary>Specifies the attributes of a token bucket; see tc-tbf(8).</summary>
[KernelNames("TCA_TBF_", "linux/pkt_sched.h")]
internal enum TcaTbf : ushort
{
    Parms = 1,
    Rate64 = 4,
    Burst = 6,
}
