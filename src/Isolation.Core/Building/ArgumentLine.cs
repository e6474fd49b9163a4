using System.Collections.Immutable;
using System.Text;

namespace Isolation;

/// <summary>Splits <see cref="System.Diagnostics.ProcessStartInfo.Arguments"/> as .NET does on Unix.</summary>
/// <remarks>
/// Spaces and tabs separate arguments, double quotes group characters, <c>\"</c> is a literal quote, and backslashes
/// are special only before a quote.
/// </remarks>
internal static class ArgumentLine
{
    public static ImmutableArray<string> Split(string line)
    {
        ImmutableArray<string>.Builder arguments = ImmutableArray.CreateBuilder<string>();
        int position = 0;
        while (true)
        {
            while (position < line.Length && IsBlank(line[position]))
            {
                position++;
            }

            if (position == line.Length)
            {
                return arguments.ToImmutable();
            }

            arguments.Add(ReadArgument(line, ref position));
        }
    }

    private static string ReadArgument(string line, ref int position)
    {
        StringBuilder argument = new();
        bool isQuoted = false;
        while (position < line.Length)
        {
            if (ReadBackslashes(line, ref position, argument))
            {
                continue;
            }

            char character = line[position];
            if (character == '"')
            {
                // Inside quotes, two quotes are one literal quote.
                if (isQuoted && position + 1 < line.Length && line[position + 1] == '"')
                {
                    argument.Append('"');
                    position++;
                }
                else
                {
                    isQuoted = !isQuoted;
                }
            }
            else if (IsBlank(character) && !isQuoted)
            {
                break;
            }
            else
            {
                argument.Append(character);
            }

            position++;
        }

        return argument.ToString();
    }

    private static bool ReadBackslashes(string line, ref int position, StringBuilder argument)
    {
        int start = position;
        while (position < line.Length && line[position] == '\\')
        {
            position++;
        }

        int count = position - start;
        if (count == 0)
        {
            return false;
        }

        bool isBeforeQuote = position < line.Length && line[position] == '"';
        argument.Append('\\', isBeforeQuote ? count / 2 : count);
        if (isBeforeQuote && count % 2 == 1)
        {
            argument.Append('"');
            position++;
        }

        return true;
    }

    private static bool IsBlank(char character) => character is ' ' or '\t';
}
