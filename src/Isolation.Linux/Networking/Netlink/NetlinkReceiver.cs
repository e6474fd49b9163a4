namespace Isolation.Linux.Networking.Netlink;

/// <summary>Receives a message with an object.</summary>
internal delegate void NetlinkReceiver(NetlinkMessage message);
