namespace Isolation.Linux.Networking.Netlink;

/// <summary>Specifies the types of messages that all protocols share; see netlink(7).</summary>
[KernelNames("NLMSG_", "linux/netlink.h")]
internal enum NetlinkControl : ushort
{
    Noop = 1,
    Error = 2,
    Done = 3,
    Overrun = 4,
    MinType = 16,
}
