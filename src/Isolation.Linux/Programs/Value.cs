namespace Isolation.Linux.Programs;

/// <summary>Represents an argument of a node: a constant, or the content of a word at run time.</summary>
internal readonly record struct Value
{
    private Value(long constant, bool isWord)
    {
        Constant = constant;
        IsWord = isWord;
    }

    /// <summary>Gets the constant, or the address of the word.</summary>
    internal long Constant { get; }

    internal bool IsWord { get; }

    /// <summary>
    /// Creates a value from the low 32 bits of a word, sign-extended, for descriptors and process ids.
    /// </summary>
    internal static Value Word(long address) => new(address, true);

    public static implicit operator Value(long constant) => new(constant, false);
}
