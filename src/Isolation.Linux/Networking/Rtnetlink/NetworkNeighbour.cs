using System.Net;
using System.Net.NetworkInformation;
using Isolation.Linux.Networking.Netlink;
using Isolation.Linux.Networking.Rtnetlink.Constants;
using Isolation.Linux.Networking.Rtnetlink.Headers;

namespace Isolation.Linux.Networking.Rtnetlink;

/// <summary>Represents an address of another machine on a link, and the hardware address that belongs to it.</summary>
/// <param name="Link">The index of the link.</param>
/// <param name="Address">The address.</param>
/// <param name="HardwareAddress">The hardware address.</param>
internal sealed record NetworkNeighbour(int Link, IPAddress Address, PhysicalAddress HardwareAddress)
{
    /// <summary>Gets the state; a permanent neighbour is never asked for, and never replaced by an answer.</summary>
    internal NeighbourState State { get; init; } = NeighbourState.Permanent;

    internal static NetworkNeighbour? Read(NetlinkMessage message)
    {
        if (message.Header.Type != (ushort)Rtm.Newneigh)
        {
            return null;
        }

        NeighbourMessageHeader header = message.HeaderAs<NeighbourMessageHeader>();
        NetlinkAttributes attributes = message.AttributesAfter<NeighbourMessageHeader>();
        return attributes.TryFind(Nda.Dst, out NetlinkAttribute address)
            && attributes.TryFind(Nda.Lladdr, out NetlinkAttribute hardware)
            ? new NetworkNeighbour(header.Index, address.Address, new PhysicalAddress(hardware.Value.ToArray()))
            {
                State = header.State,
            }
            : null;
    }
}
