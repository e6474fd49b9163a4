using System.Net;
using Isolation.Linux.Networking.Netlink;
using Isolation.Linux.Networking.Rtnetlink.Constants;
using Isolation.Linux.Networking.Rtnetlink.Headers;

namespace Isolation.Linux.Networking.Rtnetlink;

/// <summary>Writes and reads the messages about routes; see rtnetlink(7).</summary>
internal static class RouteMessages
{
    // RTPROT_STATIC, as ip(8) uses for routes of an administrator.
    private const byte Static = 4;

    /// <summary>Adds a route.</summary>
    internal static NetlinkBatch AddRoute(this NetlinkBatch batch, NetworkRoute route) =>
        Write(batch, "add the route to", Rtm.Newroute, NetlinkFlags.Create | NetlinkFlags.Excl, route);

    /// <summary>Removes a route.</summary>
    internal static NetlinkBatch RemoveRoute(this NetlinkBatch batch, NetworkRoute route) =>
        Write(batch, "remove the route to", Rtm.Delroute, default, route);

    /// <summary>Returns all routes of the namespace, of all tables.</summary>
    internal static List<NetworkRoute> ReadRoutes(this NetlinkSocket socket)
    {
        using NetlinkBatch batch = new();
        batch.Add("list", "the routes", (ushort)Rtm.Getroute, NetlinkFlags.Dump, default(RouteMessageHeader));
        return socket.Read(batch, NetworkRoute.Read);
    }

    private static NetlinkBatch Write(
        NetlinkBatch batch, string action, Rtm type, NetlinkFlags flags, NetworkRoute route)
    {
        IPNetwork to = route.Destination;
        batch.Add(action, route.ToString(), (ushort)type, flags, new RouteMessageHeader
        {
            Family = AddressMessages.FamilyOf(to.BaseAddress),
            DestinationLength = (byte)to.PrefixLength,
            Protocol = Static,
            Scope = (byte)ScopeOf(route),
            Type = (byte)route.Type,
        });
        batch.Value(Rta.Table, route.Table);
        if (to.PrefixLength > 0)
        {
            batch.Address(Rta.Dst, to.BaseAddress);
        }

        if (route.Gateway is { } gateway)
        {
            batch.Address(Rta.Gateway, gateway);
        }

        if (route.Link is { } link)
        {
            batch.Value(Rta.Oif, link);
        }

        if (route.Source is { } source)
        {
            batch.Address(Rta.Prefsrc, source);
        }

        return route.Priority == 0 ? batch : batch.Value(Rta.Priority, route.Priority);
    }

    private static RouteScope ScopeOf(NetworkRoute route) => route switch
    {
        { Type: RouteType.Local } => RouteScope.Host,
        { Type: RouteType.Unicast, Gateway: null } => RouteScope.Link,
        _ => RouteScope.Universe,
    };
}
