using System.Globalization;
using System.Text;

namespace Isolation;

/// <summary>Makes the text of untrusted programs safe for logs and messages.</summary>
public static class UntrustedText
{
    /// <summary>
    /// Escapes characters that could forge a line, move the cursor or reorder text: control characters, line and
    /// paragraph separators, format characters such as bidirectional overrides, and unpaired surrogates. The
    /// replacements are <c>\n</c>, <c>\r</c>, <c>\t</c>, <c>\u001B</c> or <c>\U000E0001</c>.
    /// </summary>
    /// <remarks>
    /// Escaping text twice has the same result as escaping it once: backslashes are not escaped, so the original text
    /// cannot be restored.
    /// </remarks>
    /// <param name="text">The text; null is treated as empty.</param>
    /// <param name="maximumLength">
    /// The maximum length of the result in characters, 0 or more; text that is truncated ends with an additional
    /// <c>…</c>. Default: 4096.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximumLength"/> is negative.</exception>
    public static string Escape(string? text, int maximumLength = 4096)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maximumLength);
        text ??= "";
        if (text.Length <= maximumLength && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        StringBuilder escaped = new(Math.Min(text.Length, maximumLength) + 16);
        for (int position = 0; position < text.Length;)
        {
            bool isWhole = Rune.TryGetRuneAt(text, position, out Rune rune);
            int length = isWhole ? rune.Utf16SequenceLength : 1;
            string? escape = isWhole ? Find(rune) : Escape(text[position]);
            if (escaped.Length + (escape?.Length ?? length) > maximumLength)
            {
                return escaped.Append('…').ToString();
            }

            if (escape is null)
            {
                escaped.Append(text, position, length);
            }
            else
            {
                escaped.Append(escape);
            }

            position += length;
        }

        return escaped.ToString();
    }

    private static string Escape(char c) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");

    private static string? Find(Rune rune) => rune.Value switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ when Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator) => null,
        <= char.MaxValue => Escape((char)rune.Value),
        _ => string.Create(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}"),
    };
}
