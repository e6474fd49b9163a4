using Isolation.Linux.Networking.Netlink;
using Isolation.Linux.Networking.Rtnetlink.Constants;

namespace Isolation.Linux.Networking.Rtnetlink;

/// <summary>Represents a kind of link that can be made.</summary>
/// <param name="Name">The kernel's name of the kind.</param>
internal abstract record LinkKind(string Name)
{
    /// <summary>Gets the index of the link below; null if there is none.</summary>
    internal virtual int? Parent => null;

    /// <summary>Adds the attributes of the kind.</summary>
    internal virtual void WriteData(NetlinkBatch batch)
    {
    }
}

/// <summary>Represents a bridge; see <c>Documentation/networking/bridge.rst</c>.</summary>
internal sealed record BridgeLink() : LinkKind("bridge")
{
    internal override void WriteData(NetlinkBatch batch) =>
        // A new port forwards at once, because there are no other bridges and so no loops.
        batch.Value(IflaBr.ForwardDelay, 0u).Value(IflaBr.StpState, 0u);
}

/// <summary>Represents a pair of virtual Ethernet devices; see veth(4).</summary>
/// <param name="Peer">The settings of the other end.</param>
internal sealed record VethLink(LinkSettings Peer) : LinkKind("veth")
{
    internal override void WriteData(NetlinkBatch batch) =>
        batch.Nest(VethInfo.Peer, peer =>
        {
            peer.Header(LinkMessages.HeaderOf(0, Peer));
            LinkMessages.WriteSettings(peer, Peer);
        });
}

/// <summary>Represents a virtual device with an address of its own on another one.</summary>
/// <param name="ParentIndex">The index of the other one.</param>
/// <param name="Mode">The devices that this one reaches.</param>
internal sealed record MacvlanLink(int ParentIndex, MacvlanMode Mode) : LinkKind("macvlan")
{
    internal override int? Parent => ParentIndex;

    internal override void WriteData(NetlinkBatch batch) => batch.Value(IflaMacvlan.Mode, (uint)Mode);
}

/// <summary>Represents a VLAN (IEEE 802.1Q) on another device.</summary>
/// <param name="ParentIndex">The index of the other one.</param>
/// <param name="Id">The number of the VLAN, from 1 to 4094.</param>
internal sealed record VlanLink(int ParentIndex, ushort Id) : LinkKind("vlan")
{
    internal override int? Parent => ParentIndex;

    internal override void WriteData(NetlinkBatch batch) => batch.Value(IflaVlan.Id, Id);
}
