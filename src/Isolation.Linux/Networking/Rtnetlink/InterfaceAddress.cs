using System.Net;
using Isolation.Linux.Networking.Netlink;
using Isolation.Linux.Networking.Rtnetlink.Constants;
using Isolation.Linux.Networking.Rtnetlink.Headers;

namespace Isolation.Linux.Networking.Rtnetlink;

/// <summary>Represents an address of a link.</summary>
/// <param name="Link">The index of the link.</param>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">The length of the prefix of the network, in bits.</param>
internal sealed record InterfaceAddress(int Link, IPAddress Address, int PrefixLength)
{
    public override string ToString() => $"{Address}/{PrefixLength}";

    internal static InterfaceAddress? Read(NetlinkMessage message)
    {
        if (message.Header.Type != (ushort)Rtm.Newaddr)
        {
            return null;
        }

        AddressMessageHeader header = message.HeaderAs<AddressMessageHeader>();
        NetlinkAttributes attributes = message.AttributesAfter<AddressMessageHeader>();
        // On a point-to-point link, the address is that of the other end.
        return attributes.TryFind(Ifa.Local, out NetlinkAttribute address)
            || attributes.TryFind(Ifa.Address, out address)
            ? new InterfaceAddress(header.Index, address.Address, header.PrefixLength)
            : null;
    }
}
