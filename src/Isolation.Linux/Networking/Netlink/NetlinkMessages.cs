using System.Runtime.InteropServices;

namespace Isolation.Linux.Networking.Netlink;

/// <summary>Enumerates the messages that the kernel sent at once.</summary>
internal ref struct NetlinkMessages(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _left = bytes;

    /// <summary>Gets the message at which the enumeration is.</summary>
    public NetlinkMessage Current { get; private set; }

    public readonly NetlinkMessages GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_left.IsEmpty)
        {
            return false;
        }

        NetlinkHeader header = _left.Length < NetlinkHeader.Size ? default : MemoryMarshal.Read<NetlinkHeader>(_left);
        if (header.Length < NetlinkHeader.Size || header.Length > _left.Length)
        {
            throw NetlinkErrors.Malformed("a message");
        }

        int length = (int)header.Length;
        Current = new NetlinkMessage(header, _left[NetlinkHeader.Size..length]);
        _left = _left[Math.Min(NetlinkBatch.Align(length), _left.Length)..];
        return true;
    }
}
