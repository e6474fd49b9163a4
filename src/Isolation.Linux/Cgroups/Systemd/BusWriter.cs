using System.Buffers.Binary;
using System.Text;

namespace Isolation.Linux.Cgroups.Systemd;

/// <summary>
/// Writes a little-endian D-Bus message; see "Message Protocol" in the D-Bus specification. Each value is aligned to
/// its size, relative to the start of the message.
/// </summary>
internal sealed class BusWriter
{
    private readonly List<byte> _bytes = [];

    /// <summary>Writes a method call.</summary>
    /// <param name="serial">The call's serial number, which the reply repeats.</param>
    /// <param name="target">The method to call.</param>
    /// <param name="signature">The types of the arguments; empty if there are none.</param>
    /// <param name="arguments">Writes the arguments.</param>
    internal static byte[] Call(
        uint serial, BusMethod target, string signature = "", Action<BusWriter>? arguments = null)
    {
        BusWriter body = new();
        arguments?.Invoke(body);
        BusWriter message = new();
        message._bytes.AddRange([(byte)'l', (byte)BusMessageKind.Call, 0, 1]);
        message.Number((uint)body._bytes.Count);
        message.Number(serial);
        message.Array(8, () =>
        {
            message.Field(BusField.Path, "o", target.Path);
            message.Field(BusField.Destination, "s", target.Destination);
            message.Field(BusField.Interface, "s", target.Interface);
            message.Field(BusField.Member, "s", target.Member);
            if (signature.Length > 0)
            {
                message.Field(BusField.Signature, "g", signature);
            }
        });
        message.Align(8);
        message._bytes.AddRange(body._bytes);
        return [.. message._bytes];
    }

    internal void Align(int size)
    {
        while (_bytes.Count % size != 0)
        {
            _bytes.Add(0);
        }
    }

    internal void Number(uint value)
    {
        Align(4);
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _bytes.AddRange(bytes);
    }

    internal void Text(string value)
    {
        byte[] text = Encoding.UTF8.GetBytes(value);
        Number((uint)text.Length);
        _bytes.AddRange(text);
        _bytes.Add(0);
    }

    internal void Signature(string value)
    {
        _bytes.Add((byte)value.Length);
        _bytes.AddRange(Encoding.ASCII.GetBytes(value));
        _bytes.Add(0);
    }

    /// <summary>Writes an array whose elements are aligned to a size.</summary>
    internal void Array(int elementAlignment, Action elements)
    {
        Number(0);
        int length = _bytes.Count - 4;

        // The padding before the first element is not part of the length, and is present even in an empty array.
        Align(elementAlignment);
        int start = _bytes.Count;
        elements();
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)(_bytes.Count - start));
        for (int i = 0; i < 4; i++)
        {
            _bytes[length + i] = bytes[i];
        }
    }

    /// <summary>Writes a name and a variant, an element of a property list.</summary>
    internal void Property(string name, string signature, Action value)
    {
        Align(8);
        Text(name);
        Signature(signature);
        value();
    }

    private void Field(BusField field, string signature, string value)
    {
        Align(8);
        _bytes.Add((byte)field);
        Signature(signature);
        if (signature == "g")
        {
            Signature(value);
        }
        else
        {
            Text(value);
        }
    }
}
