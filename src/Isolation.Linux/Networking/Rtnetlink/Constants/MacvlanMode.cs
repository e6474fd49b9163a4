using Isolation.Linux.Networking.Netlink;

namespace Isolation.Linux.Networking.Rtnetlink.Constants;

/// <summary>Specifies whom the devices on one parent reach.</summary>
[KernelNames("MACVLAN_MODE_", "linux/if_link.h")]
internal enum MacvlanMode : ushort
{
    Private = 1,
    Vepa = 2,
    Bridge = 4,
    Passthru = 8,
}
