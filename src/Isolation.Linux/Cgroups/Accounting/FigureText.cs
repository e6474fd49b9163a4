using System.Buffers.Text;

namespace Isolation.Linux.Cgroups.Accounting;

/// <summary>Parses the text of kernel files.</summary>
internal static class FigureText
{
    /// <summary>Gets the number at the start of a text.</summary>
    internal static long? Number(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text, out long value, out _)
        ? value
        : null;

    /// <summary>Finds a number in a file of <c>name value</c> lines.</summary>
    internal static long? Find(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        while (TryTake(ref text, (byte)'\n', out ReadOnlySpan<byte> line))
        {
            if (TryTake(ref line, (byte)' ', out ReadOnlySpan<byte> word) && word.SequenceEqual(name))
            {
                return Number(line);
            }
        }

        return null;
    }

    /// <summary>
    /// Takes the text before a separator, and the separator. Returns <see langword="false"/> at the end of the text.
    /// </summary>
    internal static bool TryTake(ref ReadOnlySpan<byte> text, byte separator, out ReadOnlySpan<byte> taken)
    {
        if (text.IsEmpty)
        {
            taken = default;
            return false;
        }

        int length = text.IndexOf(separator);
        taken = length < 0 ? text : text[..length];
        text = length < 0 ? [] : text[(length + 1)..];
        return true;
    }

    /// <summary>Takes the number before a space, or 0.</summary>
    internal static long TakeNumber(ref ReadOnlySpan<byte> text) =>
        TryTake(ref text, (byte)' ', out ReadOnlySpan<byte> word) ? Number(word) ?? 0 : 0;
}
