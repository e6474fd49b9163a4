namespace Isolation.Linux.Networking.Netlink;

/// <summary>Specifies the attributes of an acknowledgement; see netlink(7).</summary>
[KernelNames("NLMSGERR_ATTR_", "linux/netlink.h")]
internal enum NetlinkErrorAttribute : ushort
{
    Msg = 1,
    Offs = 2,
}
