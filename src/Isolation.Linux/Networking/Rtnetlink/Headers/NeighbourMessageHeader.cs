using System.Runtime.InteropServices;
using Isolation.Linux.Networking.Rtnetlink.Constants;

namespace Isolation.Linux.Networking.Rtnetlink.Headers;

/// <summary>Represents <c>struct ndmsg</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NeighbourMessageHeader
{
    internal byte Family;
    private readonly byte _padding;
    private readonly ushort _morePadding;
    internal int Index;
    internal NeighbourState State;
    internal byte Flags;
    internal byte Type;
}
