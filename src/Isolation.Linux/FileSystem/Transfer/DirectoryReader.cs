using System.Buffers.Binary;
using Isolation.Linux.Interop;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>Reads the names in an open directory, as bytes and in parts.</summary>
internal sealed class DirectoryReader(int directory)
{
    // struct linux_dirent64: inode and offset (64 bits each), length of the entry (16 bits), type (8 bits), name.
    private const int LengthOffset = 16;
    private const int NameOffset = 19;

    private readonly byte[] _entries = new byte[8 << 10];
    private int _position;
    private int _end;

    /// <summary>Gets the negated error number of the failed read; 0 if none failed.</summary>
    internal long Error { get; private set; }

    /// <summary>Gets the next name, without <c>.</c> and <c>..</c>.</summary>
    internal bool TryRead(out FileName name)
    {
        while (true)
        {
            if (_position == _end && !Fill())
            {
                name = default;
                return false;
            }

            ReadOnlySpan<byte> entry = _entries.AsSpan(
                _position, BinaryPrimitives.ReadUInt16LittleEndian(_entries.AsSpan(_position + LengthOffset)));
            _position += entry.Length;
            ReadOnlySpan<byte> bytes = entry[NameOffset..];
            bytes = bytes[..bytes.IndexOf((byte)0)];
            if (!bytes.SequenceEqual("."u8) && !bytes.SequenceEqual(".."u8))
            {
                name = new FileName(bytes);
                return true;
            }
        }
    }

    private bool Fill()
    {
        long count = Kernel.getdents64(directory, _entries);
        Error = Math.Min(count, 0);
        _position = 0;
        _end = (int)Math.Max(count, 0);
        return count > 0;
    }
}
