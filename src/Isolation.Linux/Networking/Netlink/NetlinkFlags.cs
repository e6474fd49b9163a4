namespace Isolation.Linux.Networking.Netlink;

/// <summary>Specifies the flags of a message; see netlink(7).</summary>
[Flags]
[KernelNames("NLM_F_", "linux/netlink.h")]
internal enum NetlinkFlags : ushort
{
    Request = 0x1,
    Multi = 0x2,
    Ack = 0x4,
    DumpIntr = 0x10,
    Dump = 0x300,
    Replace = 0x100,
    Excl = 0x200,
    Create = 0x400,
    Append = 0x800,
}
