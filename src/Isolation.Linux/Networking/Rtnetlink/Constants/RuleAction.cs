using Isolation.Linux.Networking.Netlink;

namespace Isolation.Linux.Networking.Rtnetlink.Constants;

/// <summary>Specifies what a rule does.</summary>
[KernelNames("FR_ACT_", "linux/fib_rules.h")]
internal enum RuleAction : ushort
{
    ToTbl = 1,
    Blackhole = 6,
    Unreachable = 7,
    Prohibit = 8,
}
