using Isolation.Linux.Networking.Netlink;

namespace Isolation.Linux.Networking.Rtnetlink.Constants;

/// <summary>Specifies what is known of a neighbour; see rtnetlink(7).</summary>
[Flags]
[KernelNames("NUD_", "linux/neighbour.h")]
internal enum NeighbourState : ushort
{
    Reachable = 2,
    Stale = 4,
    Permanent = 128,
}
