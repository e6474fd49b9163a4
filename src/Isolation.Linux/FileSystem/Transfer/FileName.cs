using System.Buffers;
using System.Globalization;
using System.Text;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>A name in a directory: any bytes but <c>/</c> and zero, in no encoding that could be relied on.</summary>
internal readonly struct FileName
{
    private readonly byte[] _terminated;

    /// <summary>Copies the bytes of a name, which have no zero at their end.</summary>
    internal FileName(ReadOnlySpan<byte> bytes)
    {
        _terminated = new byte[bytes.Length + 1];
        bytes.CopyTo(_terminated);
    }

    /// <summary>Takes a name that is a text.</summary>
    internal FileName(string text)
        : this(Encoding.UTF8.GetBytes(text))
    {
    }

    /// <summary>Gets the bytes without the zero at their end.</summary>
    internal ReadOnlySpan<byte> Bytes => _terminated.AsSpan(0, _terminated.Length - 1);

    /// <summary>Gets the bytes with a zero at their end, as system calls take them.</summary>
    internal ReadOnlySpan<byte> Terminated => _terminated;

    /// <summary>
    /// Gets the name as a text from which the bytes can be told again: bytes that are not UTF-8, control characters and
    /// line ends are written
    /// as <c>\x1B</c>, a backslash as <c>\\</c>.
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
