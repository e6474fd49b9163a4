using System.Runtime.InteropServices;

namespace Isolation.Linux.Networking.Netlink;

/// <summary>Represents <c>struct nlmsghdr</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NetlinkHeader
{
    internal const int Size = 16;

    internal uint Length;
    internal ushort Type;
    internal NetlinkFlags Flags;
    internal uint Sequence;
    internal uint Port;
}
