using Isolation.Linux.Networking.Netlink;

namespace Isolation.Linux.Networking.Rtnetlink.Constants;

/// <summary>Specifies the types of messages; see rtnetlink(7).</summary>
[KernelNames("RTM_", "linux/rtnetlink.h")]
internal enum Rtm : ushort
{
    Newlink = 16,
    Dellink = 17,
    Getlink = 18,
    Newaddr = 20,
    Deladdr = 21,
    Getaddr = 22,
    Newroute = 24,
    Delroute = 25,
    Getroute = 26,
    Newneigh = 28,
    Delneigh = 29,
    Getneigh = 30,
    Newrule = 32,
    Delrule = 33,
    Getrule = 34,
    Newqdisc = 36,
    Delqdisc = 37,
    Getqdisc = 38,
    Newtclass = 40,
    Deltclass = 41,
    Gettclass = 42,
}
