using System.Runtime.InteropServices;

namespace Isolation.Linux.Networking.Rtnetlink.Headers;

/// <summary>Represents <c>struct rtmsg</c>, and <c>struct fib_rule_hdr</c>, which has the same form.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RouteMessageHeader
{
    internal byte Family;
    internal byte DestinationLength;
    internal byte SourceLength;
    internal byte TypeOfService;
    internal byte Table;
    internal byte Protocol;
    internal byte Scope;
    /// <summary>The type of a route; the action of a rule.</summary>
    internal byte Type;
    internal uint Flags;
}
