using System.Runtime.InteropServices;

namespace Isolation.Linux.Networking.Rtnetlink.Headers;

/// <summary>Represents <c>struct ifinfomsg</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LinkMessageHeader
{
    internal byte Family;
    private readonly byte _padding;
    internal ushort Type;
    internal int Index;
    internal uint Flags;
    internal uint Change;
}
