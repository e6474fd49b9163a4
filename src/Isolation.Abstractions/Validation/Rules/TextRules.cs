using System.Text;

namespace Isolation;

/// <summary>Validates strings for the kernel. Each method returns an error message, or null if there is none.</summary>
internal static class TextRules
{
    public static string? FindFault(string? text)
    {
        if (text is null)
        {
            return "Is null.";
        }

        // A plain loop: the runtime's vectorized searches allocate until they are recompiled at a higher tier.
        for (int index = 0; index < text.Length; index++)
        {
            char character = text[index];
            if (character == '\0')
            {
                return "Contains a NUL character, at which the kernel would truncate it.";
            }

            if (char.IsSurrogate(character))
            {
                // The encoder would replace it with U+FFFD, and the payload would see a different string.
                if (index + 1 == text.Length || !char.IsSurrogatePair(character, text[index + 1]))
                {
                    return "Contains an unpaired surrogate, which cannot be encoded as UTF-8.";
                }

                index++;
            }
        }

        return null;
    }

    /// <summary>Validates a string with a limit in UTF-8 bytes.</summary>
    public static string? FindFault(string? text, int limit)
    {
        if (FindFault(text) is { } fault)
        {
            return fault;
        }

        // A character takes at most three bytes and a surrogate pair four, so most strings do not have to be counted.
        return text!.Length * 3 > limit && Encoding.UTF8.GetByteCount(text) > limit
            ? $"Must have at most {limit} bytes in UTF-8, but has {Encoding.UTF8.GetByteCount(text)}."
            : null;
    }
}
