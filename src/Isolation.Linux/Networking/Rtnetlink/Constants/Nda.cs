using Isolation.Linux.Networking.Netlink;

namespace Isolation.Linux.Networking.Rtnetlink.Constants;

/// <summary>Specifies the attributes of a neighbour; see rtnetlink(7).</summary>
[KernelNames("NDA_", "linux/neighbour.h")]
internal enum Nda : ushort
{
    Dst = 1,
    Lladdr = 2,
}
