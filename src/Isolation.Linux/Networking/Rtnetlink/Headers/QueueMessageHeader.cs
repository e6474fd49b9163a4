using System.Runtime.InteropServices;

namespace Isolation.Linux.Networking.Rtnetlink.Headers;

/// <summary>Represents <c>struct tcmsg</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct QueueMessageHeader
{
    /// <summary>TC_H_ROOT.</summary>
    internal const uint Root = 0xFFFFFFFF;

    internal byte Family;
    private readonly byte _padding;
    private readonly ushort _morePadding;
    internal int Index;
    internal uint Handle;
    internal uint Parent;
    internal uint Info;
}
