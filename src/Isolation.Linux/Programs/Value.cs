namespace Isolation.Linux.Programs;

/// <summary>An argument of a node: a constant, or what a word holds when the program gets there.</summary>
internal readonly record struct Value
{
    private Value(long constant, bool isWord)
    {
        Constant = constant;
        IsWord = isWord;
    }

    /// <summary>The constant, or the address of the word.</summary>
    internal long Constant { get; }

    internal bool IsWord { get; }

    /// <summary>The low 32 bits of a word, sign-extended: descriptors and process ids.</summary>
    internal static Value Word(long address) => new(address, true);

    public static implicit operator Value(long constant) => new(constant, false);
}
