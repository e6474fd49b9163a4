using System.Net;
using Isolation.Linux.Networking.Netlink;
using Isolation.Linux.Networking.Rtnetlink.Constants;
using Isolation.Linux.Networking.Rtnetlink.Headers;

namespace Isolation.Linux.Networking.Rtnetlink;

/// <summary>Represents a rule that chooses the table of routes for a packet.</summary>
/// <param name="Priority">The priority: the rule with the lowest number comes first.</param>
/// <param name="IsIPv6">Whether the rule is for IPv6.</param>
internal sealed record RoutingRule(uint Priority, bool IsIPv6 = false)
{
    /// <summary>Gets the destinations; null for all.</summary>
    internal IPNetwork? Destination { get; init; }

    /// <summary>Gets the sources; null for all.</summary>
    internal IPNetwork? Source { get; init; }

    /// <summary>Gets the name of the link by which packets arrive; null for all.</summary>
    internal string? InputLink { get; init; }

    /// <summary>Gets the mark of the packets (SO_MARK); null for all.</summary>
    internal uint? Mark { get; init; }

    internal RuleAction Action { get; init; } = RuleAction.ToTbl;

    internal uint Table { get; init; } = (uint)RouteTable.Main;

    internal static RoutingRule? Read(NetlinkMessage message)
    {
        if (message.Header.Type != (ushort)Rtm.Newrule)
        {
            return null;
        }

        RouteMessageHeader header = message.HeaderAs<RouteMessageHeader>();
        NetlinkAttributes attributes = message.AttributesAfter<RouteMessageHeader>();
        return new RoutingRule(
            attributes.TryFind(Fra.Priority, out NetlinkAttribute found) ? found.Read<uint>() : 0,
            header.Family == Interop.Kernel.AfInet6)
        {
            Destination = attributes.TryFind(Fra.Dst, out found)
                ? new IPNetwork(found.Address, header.DestinationLength) : null,
            Source = attributes.TryFind(Fra.Src, out found) ? new IPNetwork(found.Address, header.SourceLength) : null,
            InputLink = attributes.TryFind(Fra.Iifname, out found) ? found.Text : null,
            Mark = attributes.TryFind(Fra.Fwmark, out found) ? found.Read<uint>() : null,
            Action = (RuleAction)header.Type,
            Table = attributes.TryFind(Fra.Table, out found) ? found.Read<uint>() : header.Table,
        };
    }
}
