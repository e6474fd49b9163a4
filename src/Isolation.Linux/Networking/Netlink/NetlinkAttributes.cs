using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Isolation.Linux.Networking.Netlink;

/// <summary>Enumerates attributes; see netlink(7).</summary>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _left = bytes;

    /// <summary>Gets the attribute at which the enumeration is.</summary>
    public NetlinkAttribute Current { get; private set; }

    public readonly NetlinkAttributes GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_left.Length < NetlinkAttribute.HeaderSize)
        {
            return false;
        }

        int length = MemoryMarshal.Read<ushort>(_left);
        if (length < NetlinkAttribute.HeaderSize || length > _left.Length)
        {
            throw NetlinkErrors.Malformed("an attribute");
        }

        Current = new NetlinkAttribute(
            MemoryMarshal.Read<ushort>(_left[2..]), _left[NetlinkAttribute.HeaderSize..length]);
        _left = _left[Math.Min(NetlinkBatch.Align(length), _left.Length)..];
        return true;
    }

    /// <summary>Finds an attribute.</summary>
    internal readonly bool TryFind<T>(T type, out NetlinkAttribute attribute)
        where T : unmanaged, Enum
    {
        foreach (NetlinkAttribute one in this)
        {
            if (Unsafe.BitCast<T, ushort>(one.As<T>()) == Unsafe.BitCast<T, ushort>(type))
            {
                attribute = one;
                return true;
            }
        }

        attribute = default;
        return false;
    }
}
