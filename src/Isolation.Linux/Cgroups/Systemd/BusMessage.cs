using System.Buffers.Binary;
using System.Text;

namespace Isolation.Linux.Cgroups.Systemd;

/// <summary>Represents a received D-Bus message. Only numbers and strings can be read from its body.</summary>
internal sealed class BusMessage
{
    /// <summary>The size of the fixed part of a message, in bytes.</summary>
    internal const int FixedSize = 16;

    /// <summary>
    /// The maximum size of an accepted message, in bytes; replies to the calls made here are far smaller.
    /// </summary>
    internal const int MaximumSize = 1 << 20;

    private readonly byte[] _bytes;
    private readonly Dictionary<BusField, string> _texts = [];
    private int _position;

    /// <summary>Reads the header.</summary>
    /// <exception cref="BusException">The header is malformed.</exception>
    internal BusMessage(byte[] bytes)
    {
        _bytes = bytes;
        Kind = (BusMessageKind)bytes[1];
        _position = 12;
        int end = FixedSize + (int)Number();
        while (_position < end)
        {
            Align(8);
            BusField field = (BusField)Byte();
            switch (Signature())
            {
                case "s" or "o":
                    _texts[field] = Text();
                    break;
                case "g":
                    _texts[field] = Signature();
                    break;
                case "u":
                    uint number = Number();
                    ReplySerial = field == BusField.ReplySerial ? number : ReplySerial;
                    break;
                default:
                    throw Malformed();
            }
        }

        Align(8);
    }

    internal BusMessageKind Kind { get; }

    /// <summary>Gets the serial number of the call to which this message replies; 0 if it is not a reply.</summary>
    internal uint ReplySerial { get; }

    /// <summary>Gets a string field of the header; empty if the field does not exist.</summary>
    internal string this[BusField field] => _texts.GetValueOrDefault(field, "");

    /// <summary>Gets the size of a message, in bytes, from its fixed part.</summary>
    internal static int Size(ReadOnlySpan<byte> head)
    {
        uint body = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        uint fields = BinaryPrimitives.ReadUInt32LittleEndian(head[12..]);
        return head[0] == 'l' && head[3] == 1 && body <= MaximumSize && fields <= MaximumSize
            ? FixedSize + (((int)fields + 7) & ~7) + (int)body
            : throw Malformed();
    }

    /// <summary>Reads the next number of the body.</summary>
    internal uint Number()
    {
        Align(4);
        return BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
    }

    /// <summary>Reads the next text of the body.</summary>
    internal string Text()
    {
        int length = (int)Math.Min(Number(), MaximumSize);
        string text = Encoding.UTF8.GetString(Take(length));
        Take(1);
        return text;
    }

    private string Signature()
    {
        string text = Encoding.ASCII.GetString(Take(Byte()));
        Take(1);
        return text;
    }

    private byte Byte() => Take(1)[0];

    private void Align(int size) => _position = (_position + size - 1) / size * size;

    private ReadOnlySpan<byte> Take(int length)
    {
        if (_position + length > _bytes.Length)
        {
            throw Malformed();
        }

        _position += length;
        return _bytes.AsSpan(_position - length, length);
    }

    private static BusException Malformed() => new("The peer does not speak D-Bus.", null);
}
