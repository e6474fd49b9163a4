using System.Net;
using System.Net.Sockets;
using Isolation.Linux.Interop;
using Isolation.Linux.Networking.Netlink;
using Isolation.Linux.Networking.Rtnetlink.Constants;
using Isolation.Linux.Networking.Rtnetlink.Headers;

namespace Isolation.Linux.Networking.Rtnetlink;

/// <summary>Writes and reads the messages about addresses; see rtnetlink(7).</summary>
internal static class AddressMessages
{
    // IFA_F_NODAD: nobody else has the address, so the link does not wait for objections.
    private const uint WithoutDuplicateDetection = 2;

    /// <summary>Adds an address to a link.</summary>
    internal static NetlinkBatch AddAddress(this NetlinkBatch batch, InterfaceAddress address)
    {
        Write(batch, "add the address", Rtm.Newaddr, NetlinkFlags.Create | NetlinkFlags.Excl, address);
        return address.Address.AddressFamily == AddressFamily.InterNetworkV6
            ? batch.Value(Ifa.Flags, WithoutDuplicateDetection)
            : batch.Address(Ifa.Broadcast, Broadcast(address));
    }

    /// <summary>Removes an address from a link.</summary>
    internal static NetlinkBatch RemoveAddress(this NetlinkBatch batch, InterfaceAddress address) =>
        Write(batch, "remove the address", Rtm.Deladdr, default, address);

    /// <summary>Returns all addresses of the namespace.</summary>
    internal static List<InterfaceAddress> ReadAddresses(this NetlinkSocket socket)
    {
        using NetlinkBatch batch = new();
        batch.Add("list", "the addresses", (ushort)Rtm.Getaddr, NetlinkFlags.Dump, default(AddressMessageHeader));
        return socket.Read(batch, InterfaceAddress.Read);
    }

    /// <summary>Returns the kernel's number of an address family, which is not that of .NET.</summary>
    internal static byte FamilyOf(IPAddress address) =>
        (byte)(address.AddressFamily == AddressFamily.InterNetworkV6 ? Kernel.AfInet6 : Kernel.AfInet);

    /// <summary>Returns the address that stands for all of a family of the kernel.</summary>
    internal static IPAddress AnyOf(byte family) => family == Kernel.AfInet6 ? IPAddress.IPv6Any : IPAddress.Any;

    private static NetlinkBatch Write(
        NetlinkBatch batch, string action, Rtm type, NetlinkFlags flags, InterfaceAddress address) =>
        batch.Add(action, address.ToString(), (ushort)type, flags, new AddressMessageHeader
        {
            Family = FamilyOf(address.Address),
            PrefixLength = (byte)address.PrefixLength,
            Index = address.Link,
        }).Address(Ifa.Local, address.Address).Address(Ifa.Address, address.Address);

    private static IPAddress Broadcast(InterfaceAddress address)
    {
        byte[] bytes = address.Address.GetAddressBytes();
        for (int bit = address.PrefixLength; bit < 32; bit++)
        {
            bytes[bit / 8] |= (byte)(0x80 >> (bit % 8));
        }

        return new IPAddress(bytes);
    }
}
