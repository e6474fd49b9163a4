using System.Net;
using Isolation.Linux.Networking.Netlink;
using Isolation.Linux.Networking.Rtnetlink.Constants;
using Isolation.Linux.Networking.Rtnetlink.Headers;

namespace Isolation.Linux.Networking.Rtnetlink;

/// <summary>Represents a route.</summary>
/// <param name="Destination">The destinations; <c>0.0.0.0/0</c> or <c>::/0</c> for all.</param>
internal sealed record NetworkRoute(IPNetwork Destination)
{
    /// <summary>Gets the next hop; null if the destinations are on the link.</summary>
    internal IPAddress? Gateway { get; init; }

    /// <summary>Gets the index of the link; null if the gateway determines it, or if there is none.</summary>
    internal int? Link { get; init; }

    /// <summary>Gets the address from which the machine sends; null if the kernel chooses it.</summary>
    internal IPAddress? Source { get; init; }

    internal RouteType Type { get; init; } = RouteType.Unicast;

    internal uint Table { get; init; } = (uint)RouteTable.Main;

    /// <summary>Gets the priority: the route with the lowest number applies.</summary>
    internal uint Priority { get; init; }

    public override string ToString() => Gateway is null ? $"{Destination}" : $"{Destination} via {Gateway}";

    internal static NetworkRoute? Read(NetlinkMessage message)
    {
        if (message.Header.Type != (ushort)Rtm.Newroute)
        {
            return null;
        }

        RouteMessageHeader header = message.HeaderAs<RouteMessageHeader>();
        NetlinkAttributes attributes = message.AttributesAfter<RouteMessageHeader>();
        IPAddress any = AddressMessages.AnyOf(header.Family);
        return new NetworkRoute(new IPNetwork(
            attributes.TryFind(Rta.Dst, out NetlinkAttribute found) ? found.Address : any, header.DestinationLength))
        {
            Gateway = attributes.TryFind(Rta.Gateway, out found) ? found.Address : null,
            Link = attributes.TryFind(Rta.Oif, out found) ? found.Read<int>() : null,
            Source = attributes.TryFind(Rta.Prefsrc, out found) ? found.Address : null,
            Type = (RouteType)header.Type,
            Table = attributes.TryFind(Rta.Table, out found) ? found.Read<uint>() : header.Table,
            Priority = attributes.TryFind(Rta.Priority, out found) ? found.Read<uint>() : 0,
        };
    }
}
