namespace Isolation.Linux.Networking.Netlink;

/// <summary>
/// Specifies the flags of an acknowledgement, which share their values with those of requests; see netlink(7).
/// </summary>
[Flags]
[KernelNames("NLM_F_", "linux/netlink.h")]
internal enum AcknowledgementFlags : ushort
{
    Capped = 0x100,
    AckTlvs = 0x200,
}
