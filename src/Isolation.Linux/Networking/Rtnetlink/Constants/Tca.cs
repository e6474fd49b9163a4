using Isolation.Linux.Networking.Netlink;

namespace Isolation.Linux.Networking.Rtnetlink.Constants;

/// <summary>Specifies the attributes of a queueing discipline; see rtnetlink(7).</summary>
[KernelNames("TCA_", "linux/rtnetlink.h")]
internal enum Tca : ushort
{
    Kind = 1,
    Options = 2,
}
