namespace Isolation.Linux.Networking.Netlink;

/// <summary>Reads an object from a message; null if the message describes something else.</summary>
internal delegate T? NetlinkReader<out T>(NetlinkMessage message);
