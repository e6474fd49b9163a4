using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Isolation.Linux.Networking.Netlink;

/// <summary>Represents a received message.</summary>
internal readonly ref struct NetlinkMessage(NetlinkHeader header, ReadOnlySpan<byte> body)
{
    /// <summary>Gets the header that all protocols share.</summary>
    internal NetlinkHeader Header { get; } = header;

    /// <summary>Gets the header of the protocol and the attributes.</summary>
    internal ReadOnlySpan<byte> Body { get; } = body;

    /// <summary>Gets the header of the protocol.</summary>
    internal T HeaderAs<T>()
        where T : unmanaged =>
        Body.Length >= Unsafe.SizeOf<T>() ? MemoryMarshal.Read<T>(Body) : throw NetlinkErrors.Malformed("a message");

    /// <summary>Gets the attributes behind the header of the protocol.</summary>
    internal NetlinkAttributes AttributesAfter<T>()
        where T : unmanaged =>
        new(Body[Math.Min(NetlinkBatch.Align(Unsafe.SizeOf<T>()), Body.Length)..]);
}
