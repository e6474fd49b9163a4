using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Isolation.Linux.Networking.Netlink;

/// <summary>Represents an attribute of a message: a type and a value, which may contain further attributes.</summary>
internal readonly ref struct NetlinkAttribute(ushort type, ReadOnlySpan<byte> value)
{
    /// <summary>The size of <c>struct nlattr</c>, in bytes.</summary>
    internal const int HeaderSize = 4;

    /// <summary>NLA_F_NESTED.</summary>
    internal const ushort Nested = 0x8000;

    /// <summary>NLA_TYPE_MASK: the rest says whether the value is nested or in network byte order.</summary>
    internal const ushort TypeMask = 0x3FFF;

    /// <summary>Gets the value, in bytes.</summary>
    internal ReadOnlySpan<byte> Value { get; } = value;

    /// <summary>Gets the attributes in the value.</summary>
    internal NetlinkAttributes Attributes => new(Value);

    /// <summary>Gets the value as text, which the kernel ends with a zero byte.</summary>
    internal string Text => Encoding.UTF8.GetString(Value.TrimEnd((byte)0));

    /// <summary>Gets the value as an IPv4 or IPv6 address.</summary>
    internal IPAddress Address => new(Value);

    /// <summary>Gets the type as one of an enumeration.</summary>
    internal T As<T>()
        where T : unmanaged, Enum => Unsafe.BitCast<ushort, T>((ushort)(type & TypeMask));

    /// <summary>Gets the value as a number or structure in the byte order of the machine.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is too short.</exception>
    internal T Read<T>()
        where T : unmanaged => MemoryMarshal.Read<T>(Value);

    /// <summary>Gets the value as a number in network byte order, of 1, 2, 4 or 8 bytes.</summary>
    internal ulong ReadBigEndian() => Value.Length switch
    {
        1 => Value[0],
        2 => BinaryPrimitives.ReadUInt16BigEndian(Value),
        4 => BinaryPrimitives.ReadUInt32BigEndian(Value),
        _ => BinaryPrimitives.ReadUInt64BigEndian(Value),
    };
}
