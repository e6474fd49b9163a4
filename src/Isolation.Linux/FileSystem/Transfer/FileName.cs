using System.Buffers;
using System.Globalization;
using System.Text;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>
/// Represents a name in a directory: any bytes except <c>/</c> and zero, without a reliable encoding.
/// </summary>
internal readonly struct FileName
{
    private readonly byte[] _terminated;

    /// <summary>Creates a name from a copy of bytes without a terminating zero.</summary>
    internal FileName(ReadOnlySpan<byte> bytes)
    {
        _terminated = new byte[bytes.Length + 1];
        bytes.CopyTo(_terminated);
    }

    /// <summary>Creates a name from a text.</summary>
    internal FileName(string text)
        : this(Encoding.UTF8.GetBytes(text))
    {
    }

    /// <summary>Gets the bytes without the terminating zero.</summary>
    internal ReadOnlySpan<byte> Bytes => _terminated.AsSpan(0, _terminated.Length - 1);

    /// <summary>Gets the zero-terminated bytes, for system calls.</summary>
    internal ReadOnlySpan<byte> Terminated => _terminated;

    /// <summary>
    /// Gets the name as unambiguous text: bytes that are not UTF-8, control characters and line ends are written as
    /// <c>\x1B</c>, a backslash as <c>\\</c>.
    /// </summary>
    public override string ToString()
    {
        StringBuilder text = new(Bytes.Length);
        for (ReadOnlySpan<byte> rest = Bytes; !rest.IsEmpty;)
        {
            bool isText = Rune.DecodeFromUtf8(rest, out Rune rune, out int length) == OperationStatus.Done;
            if (isText && rune.Value == '\\')
            {
                text.Append(@"\\");
            }
            else if (isText && !IsControl(rune))
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (byte value in rest[..length])
                {
                    text.Append(CultureInfo.InvariantCulture, $@"\x{value:X2}");
                }
            }

            rest = rest[length..];
        }

        return text.ToString();
    }

    private static bool IsControl(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator;
}
