namespace Isolation;

/// <summary>
/// How an argument is compared with a value, as 64 bits without a sign. The names are those of libseccomp and OCI.
/// </summary>
public enum ArgumentOperator
{
    /// <summary>The argument is another value.</summary>
    NotEqual,

    /// <summary>The argument is less.</summary>
    Less,

    /// <summary>The argument is less or the same.</summary>
    LessOrEqual,

    /// <summary>The argument is the value.</summary>
    Equal,

    /// <summary>The argument is more or the same.</summary>
    GreaterOrEqual,

    /// <summary>The argument is more.</summary>
    Greater,

    /// <summary>Those bits of the argument that the mask has are the value.</summary>
    MaskedEqual,
}
