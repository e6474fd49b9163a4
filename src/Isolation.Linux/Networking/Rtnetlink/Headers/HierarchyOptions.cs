using System.Runtime.InteropServices;

namespace Isolation.Linux.Networking.Rtnetlink.Headers;

/// <summary>Represents <c>struct tc_htb_glob</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct HierarchyOptions
{
    internal uint Version;
    internal uint RateToQuantum;
    internal uint DefaultClass;
    internal uint Debug;
    internal uint DirectPackets;
}
