using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Isolation.Linux.Networking.Netlink;

/// <summary>Writes messages that are sent to the kernel in one call.</summary>
internal sealed class NetlinkBatch : IDisposable
{
    private readonly List<NetlinkRequest> _requests = [];
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(1024);
    private int _length;

    /// <summary>Gets the messages in the order in which they were added.</summary>
    internal IReadOnlyList<NetlinkRequest> Requests => _requests;

    /// <summary>Gets the encoded messages.</summary>
    internal ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    private NetlinkRequest Last => _requests[^1];

    /// <summary>Adds a message, to which the following attributes belong.</summary>
    /// <param name="action">The purpose, for errors: <c>add the address</c>.</param>
    /// <param name="target">The object, for errors; null if there is none.</param>
    /// <param name="type">The type of the message.</param>
    /// <param name="flags">The flags besides NLM_F_REQUEST.</param>
    /// <param name="header">The header of the protocol.</param>
    internal NetlinkBatch Add<T>(string action, string? target, ushort type, NetlinkFlags flags, in T header)
        where T : unmanaged
    {
        int start = _length;
        _requests.Add(new NetlinkRequest(action, target, start));
        Write(new NetlinkHeader { Type = type, Flags = NetlinkFlags.Request | flags });
        Write(header);
        SetLength();
        return this;
    }

    /// <summary>Adds an attribute with a value of bytes.</summary>
    internal NetlinkBatch Raw<T>(T type, ReadOnlySpan<byte> value)
        where T : unmanaged, Enum
    {
        Begin(type, 0);
        value.CopyTo(Take(value.Length));
        return End(_length - value.Length - NetlinkAttribute.HeaderSize);
    }

    /// <summary>Adds an attribute with a number or structure in the byte order of the machine.</summary>
    internal NetlinkBatch Value<T, TValue>(T type, TValue value)
        where T : unmanaged, Enum
        where TValue : unmanaged => Raw(type, MemoryMarshal.AsBytes(new ReadOnlySpan<TValue>(in value)));

    /// <summary>Adds an attribute with a number in network byte order.</summary>
    internal NetlinkBatch BigEndian<T>(T type, uint value)
        where T : unmanaged, Enum => Value(type, BinaryPrimitives.ReverseEndianness(value));

    /// <summary>Adds an attribute with a number in network byte order.</summary>
    internal NetlinkBatch BigEndian<T>(T type, ushort value)
        where T : unmanaged, Enum => Value(type, BinaryPrimitives.ReverseEndianness(value));

    /// <summary>Adds an attribute with a number in network byte order.</summary>
    internal NetlinkBatch BigEndian<T>(T type, ulong value)
        where T : unmanaged, Enum => Value(type, BinaryPrimitives.ReverseEndianness(value));

    /// <summary>Adds an attribute with text and the zero byte at its end.</summary>
    internal NetlinkBatch Text<T>(T type, string value)
        where T : unmanaged, Enum => Raw(type, Encoding.UTF8.GetBytes(value + "\0"));

    /// <summary>Adds an attribute with an IPv4 or IPv6 address.</summary>
    internal NetlinkBatch Address<T>(T type, IPAddress value)
        where T : unmanaged, Enum => Raw(type, value.GetAddressBytes());

    /// <summary>Adds an attribute without a value.</summary>
    internal NetlinkBatch Flag<T>(T type)
        where T : unmanaged, Enum => Raw(type, []);

    /// <summary>Adds an attribute that contains those that are added in <paramref name="content"/>.</summary>
    internal NetlinkBatch Nest<T>(T type, Action<NetlinkBatch> content)
        where T : unmanaged, Enum
    {
        int start = Begin(type, NetlinkAttribute.Nested);
        content(this);
        return End(start);
    }

    /// <summary>Adds a header of a protocol in the middle of a message, as VETH_INFO_PEER has one.</summary>
    internal NetlinkBatch Header<T>(in T header)
        where T : unmanaged
    {
        Write(header);
        return this;
    }

    /// <summary>Numbers the messages, beginning with <paramref name="sequence"/>.</summary>
    internal void Number(uint sequence)
    {
        foreach (NetlinkRequest request in _requests)
        {
            HeaderOf(request).Sequence = sequence++;
        }
    }

    /// <summary>Adds flags to the last message.</summary>
    internal void AddFlagsToLast(NetlinkFlags flags) => HeaderOf(Last).Flags |= flags;

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            _length = 0;
        }
    }

    /// <summary>Rounds up to the alignment of messages and attributes (NLMSG_ALIGNTO, NLA_ALIGNTO).</summary>
    internal static int Align(int length) => (length + 3) & ~3;

    private int Begin<T>(T type, ushort flags)
        where T : unmanaged, Enum
    {
        int start = _length;
        ushort number = Unsafe.BitCast<T, ushort>(type);
        Last.Mark(start, typeof(T), number);
        Span<byte> header = Take(NetlinkAttribute.HeaderSize);
        MemoryMarshal.Write(header[2..], (ushort)(number | flags));
        return start;
    }

    private NetlinkBatch End(int start)
    {
        int length = _length - start;
        if (length > ushort.MaxValue)
        {
            throw NetlinkErrors.TooLong(Last, length);
        }

        MemoryMarshal.Write(_buffer.AsSpan(start), (ushort)length);
        Pad();
        SetLength();
        return this;
    }

    private ref NetlinkHeader HeaderOf(NetlinkRequest request) =>
        ref MemoryMarshal.AsRef<NetlinkHeader>(_buffer.AsSpan(request.Start, NetlinkHeader.Size));

    private void SetLength()
    {
        Pad();
        HeaderOf(Last).Length = (uint)(_length - Last.Start);
    }

    private void Write<T>(in T value)
        where T : unmanaged
    {
        MemoryMarshal.Write(Take(Unsafe.SizeOf<T>()), in value);
        Pad();
    }

    private void Pad() => Take(Align(_length) - _length);

    private Span<byte> Take(int count)
    {
        if (_length + count > _buffer.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * _buffer.Length, _length + count));
            Bytes.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        Span<byte> taken = _buffer.AsSpan(_length, count);
        taken.Clear();
        _length += count;
        return taken;
    }
}
