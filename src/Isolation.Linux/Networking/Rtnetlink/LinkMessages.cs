using System.Globalization;
using Isolation.Linux.Networking.Netlink;
using Isolation.Linux.Networking.Rtnetlink.Constants;
using Isolation.Linux.Networking.Rtnetlink.Headers;

namespace Isolation.Linux.Networking.Rtnetlink;

/// <summary>Writes and reads the messages about links; see rtnetlink(7).</summary>
internal static class LinkMessages
{
    private const uint Up = 1; // IFF_UP

    /// <summary>Makes a link.</summary>
    internal static NetlinkBatch AddLink(this NetlinkBatch batch, LinkKind kind, LinkSettings settings)
    {
        batch.Add(
            $"make the {kind.Name}", settings.Name, (ushort)Rtm.Newlink, NetlinkFlags.Create | NetlinkFlags.Excl,
            HeaderOf(0, settings));
        if (kind.Parent is { } parent)
        {
            batch.Value(Ifla.Link, parent);
        }

        return WriteSettings(batch, settings).Nest(
            Ifla.Linkinfo, info => info.Text(IflaInfo.Kind, kind.Name).Nest(IflaInfo.Data, kind.WriteData));
    }

    /// <summary>Changes a link.</summary>
    internal static NetlinkBatch ChangeLink(this NetlinkBatch batch, int index, LinkSettings settings) =>
        WriteSettings(
            batch.Add("change", Name(index), (ushort)Rtm.Newlink, default, HeaderOf(index, settings)), settings);

    /// <summary>Removes a link. The other end of a pair goes with it.</summary>
    internal static NetlinkBatch RemoveLink(this NetlinkBatch batch, int index) =>
        batch.Add("remove", Name(index), (ushort)Rtm.Dellink, default, new LinkMessageHeader { Index = index });

    /// <summary>Returns all links of the namespace.</summary>
    internal static List<NetworkLink> ReadLinks(this NetlinkSocket socket)
    {
        using NetlinkBatch batch = new();
        batch.Add("list", "the links", (ushort)Rtm.Getlink, NetlinkFlags.Dump, default(LinkMessageHeader));
        return socket.Read(batch, NetworkLink.Read);
    }

    /// <summary>Returns a link.</summary>
    /// <exception cref="SandboxException">There is no link with this name.</exception>
    internal static NetworkLink ReadLink(this NetlinkSocket socket, string name)
    {
        using NetlinkBatch batch = new();
        batch.Add("find the link", name, (ushort)Rtm.Getlink, default, default(LinkMessageHeader))
            .Text(Ifla.Ifname, name);
        return socket.Read(batch, NetworkLink.Read)[0];
    }

    internal static LinkMessageHeader HeaderOf(int index, LinkSettings settings) => new()
    {
        Index = index,
        Flags = settings.IsUp == true ? Up : 0,
        Change = settings.IsUp is null ? 0 : Up,
    };

    internal static NetlinkBatch WriteSettings(NetlinkBatch batch, LinkSettings settings)
    {
        if (settings.Name is { } name)
        {
            batch.Text(Ifla.Ifname, name);
        }

        if (settings.Mtu is { } mtu)
        {
            batch.Value(Ifla.Mtu, mtu);
        }

        if (settings.Address is { } address)
        {
            batch.Raw(Ifla.Address, address.GetAddressBytes());
        }

        if (settings.Master is { } master)
        {
            batch.Value(Ifla.Master, master);
        }

        settings.Namespace?.Write(batch);
        return batch;
    }

    internal static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"link {index}");
}
