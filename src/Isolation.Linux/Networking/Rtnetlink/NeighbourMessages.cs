using Isolation.Linux.Networking.Netlink;
using Isolation.Linux.Networking.Rtnetlink.Constants;
using Isolation.Linux.Networking.Rtnetlink.Headers;

namespace Isolation.Linux.Networking.Rtnetlink;

/// <summary>Writes and reads the messages about neighbours; see rtnetlink(7).</summary>
internal static class NeighbourMessages
{
    /// <summary>Adds a neighbour, or replaces it.</summary>
    internal static NetlinkBatch SetNeighbour(this NetlinkBatch batch, NetworkNeighbour neighbour) =>
        Write(batch, "add the neighbour", Rtm.Newneigh, NetlinkFlags.Create | NetlinkFlags.Replace, neighbour)
            .Raw(Nda.Lladdr, neighbour.HardwareAddress.GetAddressBytes());

    /// <summary>Removes a neighbour.</summary>
    internal static NetlinkBatch RemoveNeighbour(this NetlinkBatch batch, NetworkNeighbour neighbour) =>
        Write(batch, "remove the neighbour", Rtm.Delneigh, default, neighbour);

    /// <summary>Returns all neighbours of the namespace.</summary>
    internal static List<NetworkNeighbour> ReadNeighbours(this NetlinkSocket socket)
    {
        using NetlinkBatch batch = new();
        batch.Add("list", "the neighbours", (ushort)Rtm.Getneigh, NetlinkFlags.Dump, default(NeighbourMessageHeader));
        return socket.Read(batch, NetworkNeighbour.Read);
    }

    private static NetlinkBatch Write(
        NetlinkBatch batch, string action, Rtm type, NetlinkFlags flags, NetworkNeighbour neighbour) =>
        batch.Add(action, neighbour.Address.ToString(), (ushort)type, flags, new NeighbourMessageHeader
        {
            Family = AddressMessages.FamilyOf(neighbour.Address),
            Index = neighbour.Link,
            State = neighbour.State,
        }).Address(Nda.Dst, neighbour.Address);
}
