using System.Runtime.InteropServices;
using System.Text;

namespace Isolation.Linux.Programs;

/// <summary>
/// Represents the memory of a program that is being built: a buffer for the address at which the program will run.
/// Items are aligned to 8 bytes.
/// </summary>
internal abstract class ProgramMemory
{
    private readonly bool _canGrow;
    private byte[] _buffer;
    private int _length;

    /// <summary>Creates an empty memory.</summary>
    /// <param name="buffer">The buffer, filled with zeros.</param>
    /// <param name="baseAddress">The address of the first byte when the program runs.</param>
    /// <param name="canGrow">Whether a larger buffer may replace the buffer.</param>
    private protected ProgramMemory(byte[] buffer, long baseAddress, bool canGrow)
    {
        _buffer = buffer;
        _canGrow = canGrow;
        BaseAddress = baseAddress;
    }

    internal long BaseAddress { get; private set; }

    internal int Length => _length;

    internal ReadOnlySpan<byte> Content => _buffer.AsSpan(0, _length);

    /// <summary>Gets the address at which the next item is placed.</summary>
    internal long Position => BaseAddress + _length;

    internal long Reserve(int size)
    {
        Align();
        int start = _length;
        EnsureRoom(size);
        _length += size;
        return BaseAddress + start;
    }

    internal long AddBytes(ReadOnlySpan<byte> bytes)
    {
        long address = Reserve(bytes.Length);
        bytes.CopyTo(At(address, bytes.Length));
        return address;
    }

    /// <summary>Adds a zero-terminated UTF-8 text. Returns its address.</summary>
    internal long AddText(ReadOnlySpan<char> text)
    {
        int count = Encoding.UTF8.GetByteCount(text);
        long address = Reserve(count + 1);
        Encoding.UTF8.GetBytes(text, At(address, count));
        return address;
    }

    /// <summary>Adds a zero-terminated UTF-8 text of the form <c>name=value</c>. Returns its address.</summary>
    internal long AddAssignment(string name, string value)
    {
        int nameLength = Encoding.UTF8.GetByteCount(name);
        int valueLength = Encoding.UTF8.GetByteCount(value);
        long address = Reserve(nameLength + valueLength + 2);
        Span<byte> text = At(address, nameLength + valueLength + 1);
        Encoding.UTF8.GetBytes(name, text);
        text[nameLength] = (byte)'=';
        Encoding.UTF8.GetBytes(value, text[(nameLength + 1)..]);
        return address;
    }

    internal long AddWord(long value)
    {
        long address = Reserve(8);
        SetWord(address, value);
        return address;
    }

    internal long AddFilled(int size, byte value)
    {
        long address = Reserve(size);
        At(address, size).Fill(value);
        return address;
    }

    internal long AddStructure<T>(in T value)
        where T : unmanaged => AddBytes(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    internal void SetWord(long address, long value) => MemoryMarshal.Write(At(address, 8), in value);

    internal long GetWord(long address) => MemoryMarshal.Read<long>(At(address, 8));

    internal Span<byte> At(long address, int size) => _buffer.AsSpan((int)(address - BaseAddress), size);

    /// <summary>Aligns the position to the boundary at which the next item is placed.</summary>
    private protected void Align() => _length = (_length + 7) & ~7;

    /// <summary>Removes all items, and sets another address.</summary>
    private protected void Clear(long baseAddress)
    {
        _buffer.AsSpan(0, _length).Clear();
        _length = 0;
        BaseAddress = baseAddress;
    }

    private void EnsureRoom(int size)
    {
        if (_length + size <= _buffer.Length)
        {
            return;
        }

        if (!_canGrow)
        {
            throw new InvalidOperationException(
                $"The program exceeds its fixed capacity of {_buffer.Length} bytes.");
        }

        Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + size));
    }
}
