using System.Globalization;
using Isolation.Linux.Interop;
using Isolation.Linux.Networking.Netlink;
using Isolation.Linux.Networking.Rtnetlink.Constants;
using Isolation.Linux.Networking.Rtnetlink.Headers;

namespace Isolation.Linux.Networking.Rtnetlink;

/// <summary>Writes and reads the messages about routing rules; see rtnetlink(7).</summary>
internal static class RuleMessages
{
    /// <summary>Adds a rule.</summary>
    internal static NetlinkBatch AddRule(this NetlinkBatch batch, RoutingRule rule) =>
        Write(batch, "add", Rtm.Newrule, NetlinkFlags.Create | NetlinkFlags.Excl, rule);

    /// <summary>Removes a rule.</summary>
    internal static NetlinkBatch RemoveRule(this NetlinkBatch batch, RoutingRule rule) =>
        Write(batch, "remove", Rtm.Delrule, default, rule);

    /// <summary>Returns all rules of the namespace.</summary>
    internal static List<RoutingRule> ReadRules(this NetlinkSocket socket)
    {
        using NetlinkBatch batch = new();
        batch.Add("list", "the routing rules", (ushort)Rtm.Getrule, NetlinkFlags.Dump, default(RouteMessageHeader));
        return socket.Read(batch, RoutingRule.Read);
    }

    private static NetlinkBatch Write(NetlinkBatch batch, string action, Rtm type, NetlinkFlags flags, RoutingRule rule)
    {
        batch.Add(
            action, string.Create(CultureInfo.InvariantCulture, $"routing rule {rule.Priority}"), (ushort)type, flags,
            new RouteMessageHeader
            {
                Family = (byte)(rule.IsIPv6 ? Kernel.AfInet6 : Kernel.AfInet),
                DestinationLength = (byte)(rule.Destination?.PrefixLength ?? 0),
                SourceLength = (byte)(rule.Source?.PrefixLength ?? 0),
                Type = (byte)rule.Action,
            });
        batch.Value(Fra.Priority, rule.Priority);
        if (rule.Action == RuleAction.ToTbl)
        {
            batch.Value(Fra.Table, rule.Table);
        }

        if (rule.Destination is { } destination)
        {
            batch.Address(Fra.Dst, destination.BaseAddress);
        }

        if (rule.Source is { } source)
        {
            batch.Address(Fra.Src, source.BaseAddress);
        }

        if (rule.InputLink is { } link)
        {
            batch.Text(Fra.Iifname, link);
        }

        return rule.Mark is { } mark ? batch.Value(Fra.Fwmark, mark) : batch;
    }
}
