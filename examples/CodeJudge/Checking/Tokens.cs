using System.Buffers;
using System.Buffers.Text;

namespace CodeJudge.Checking;

/// <summary>Reads words that are separated by white space.</summary>
internal ref struct Tokens(ReadOnlySpan<byte> text)
{
    private static readonly SearchValues<byte> Separators = SearchValues.Create(" \t\r\n\v\f"u8);

    private ReadOnlySpan<byte> _rest = text;

    /// <summary>Gets the number of words that have been read.</summary>
    public int Count { get; private set; }

    public bool TryRead(out ReadOnlySpan<byte> word)
    {
        int start = _rest.IndexOfAnyExcept(Separators);
        if (start < 0)
        {
            word = default;
            return false;
        }

        _rest = _rest[start..];
        int length = _rest.IndexOfAny(Separators);
        word = length < 0 ? _rest : _rest[..length];
        _rest = _rest[word.Length..];
        Count++;
        return true;
    }

    /// <summary>
    /// Tries to read an integer. Returns <see langword="false"/> if there is no further word or it is not an integer.
    /// </summary>
    public bool TryReadInteger(out long value)
    {
        value = 0;
        return TryRead(out ReadOnlySpan<byte> word) && Utf8Parser.TryParse(word, out value, out int used)
            && used == word.Length;
    }

    /// <summary>
    /// Tries to read a finite number. Returns <see langword="false"/> if there is no further word or it is not a
    /// number.
    /// </summary>
    public bool TryReadNumber(out double value)
    {
        value = 0;
        return TryRead(out ReadOnlySpan<byte> word)
            && Utf8Parser.TryParse(word, out value, out int used) && used == word.Length && double.IsFinite(value);
    }

    public bool IsAtEnd() => _rest.IndexOfAnyExcept(Separators) < 0;
}
