using System.Net.NetworkInformation;
using Isolation.Linux.Networking.Netlink;
using Isolation.Linux.Networking.Rtnetlink.Constants;
using Isolation.Linux.Networking.Rtnetlink.Headers;

namespace Isolation.Linux.Networking.Rtnetlink;

/// <summary>Represents a link as the kernel describes it.</summary>
internal sealed record NetworkLink
{
    private const uint Up = 1; // IFF_UP

    internal required int Index { get; init; }

    internal string Name { get; private set; } = "";

    /// <summary>Gets the kind, such as <c>veth</c>; empty for hardware and loopback.</summary>
    internal string Kind { get; private set; } = "";

    /// <summary>Gets the largest packet, in bytes.</summary>
    internal int Mtu { get; private set; }

    internal bool IsUp { get; private init; }

    internal PhysicalAddress Address { get; private set; } = PhysicalAddress.None;

    /// <summary>Gets the index of the bridge of which the link is a port; 0 for none.</summary>
    internal int Master { get; private set; }

    /// <summary>Gets the index of the link below, or of the other end of a pair; 0 for none.</summary>
    internal int Parent { get; private set; }

    internal LinkStatistics Statistics { get; private set; }

    internal static NetworkLink? Read(NetlinkMessage message)
    {
        if (message.Header.Type != (ushort)Rtm.Newlink)
        {
            return null;
        }

        LinkMessageHeader header = message.HeaderAs<LinkMessageHeader>();
        NetworkLink link = new() { Index = header.Index, IsUp = (header.Flags & Up) != 0 };
        foreach (NetlinkAttribute attribute in message.AttributesAfter<LinkMessageHeader>())
        {
            switch (attribute.As<Ifla>())
            {
                case Ifla.Ifname:
                    link.Name = attribute.Text;
                    break;
                case Ifla.Mtu:
                    link.Mtu = attribute.Read<int>();
                    break;
                case Ifla.Address:
                    link.Address = new PhysicalAddress(attribute.Value.ToArray());
                    break;
                case Ifla.Master:
                    link.Master = attribute.Read<int>();
                    break;
                case Ifla.Link:
                    link.Parent = attribute.Read<int>();
                    break;
                case Ifla.Linkinfo when attribute.Attributes.TryFind(IflaInfo.Kind, out NetlinkAttribute kind):
                    link.Kind = kind.Text;
                    break;
                case Ifla.Stats64:
                    link.Statistics = attribute.Read<LinkStatistics>();
                    break;
            }
        }

        return link;
    }
}
