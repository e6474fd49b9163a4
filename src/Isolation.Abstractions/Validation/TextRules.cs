using System.Text;

namespace Isolation;

/// <summary>What the kernel can take as a string. Each method returns what is wrong, or null.</summary>
internal static class TextRules
{
    public static string? FindFault(string? text)
    {
        if (text is null)
        {
            return "Is null.";
        }

        // A plain loop: the vectorised searches of the runtime allocate until they are compiled again.
        for (int index = 0; index < text.Length; index++)
        {
            char character = text[index];
            if (character == '\0')
            {
                return "Contains a NUL character, at which the kernel would cut it off.";
            }

            if (char.IsSurrogate(character))
            {
                // The encoder would put U+FFFD in its place: the payload would see another string than the one given.
                if (index + 1 == text.Length || !char.IsSurrogatePair(character, text[index + 1]))
                {
                    return "Contains half of a surrogate pair and cannot be written in UTF-8.";
                }

                index++;
            }
        }

        return null;
    }

    /// <summary>The same, with a limit in bytes of UTF-8.</summary>
    public static string? FindFault(string? text, int limit)
    {
        if (FindFault(text) is { } fault)
        {
            return fault;
        }

        // A character takes three bytes at most, a surrogate pair four: most strings need not be counted.
        return text!.Length * 3 > limit && Encoding.UTF8.GetByteCount(text) > limit
            ? $"Is {Encoding.UTF8.GetByteCount(text)} bytes long; at most {limit} are possible."
            : null;
    }
}
