using System.Runtime.InteropServices;

namespace Isolation.Linux.Networking.Rtnetlink.Headers;

/// <summary>Represents the beginning of <c>struct rtnl_link_stats64</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct LinkStatistics
{
    internal readonly ulong ReceivedPackets;
    internal readonly ulong SentPackets;
    internal readonly ulong ReceivedBytes;
    internal readonly ulong SentBytes;
    internal readonly ulong ReceiveErrors;
    internal readonly ulong SendErrors;
    internal readonly ulong ReceiveDropped;
    internal readonly ulong SendDropped;
}
