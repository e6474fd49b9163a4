using System.Runtime.InteropServices;

namespace Isolation.Linux.Networking.Rtnetlink.Headers;

/// <summary>Represents <c>struct ifaddrmsg</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AddressMessageHeader
{
    internal byte Family;
    internal byte PrefixLength;
    internal byte Flags;
    internal byte Scope;
    internal int Index;
}
