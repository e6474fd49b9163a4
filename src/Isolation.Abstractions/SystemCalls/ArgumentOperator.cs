namespace Isolation;

/// <summary>
/// Specifies how an argument is compared with a value, as an unsigned 64-bit number. The names are those of libseccomp
/// and OCI.
/// </summary>
public enum ArgumentOperator
{
    /// <summary>The argument differs from the value.</summary>
    NotEqual,

    /// <summary>The argument is less than the value.</summary>
    Less,

    /// <summary>The argument is less than or equal to the value.</summary>
    LessOrEqual,

    /// <summary>The argument equals the value.</summary>
    Equal,

    /// <summary>The argument is greater than or equal to the value.</summary>
    GreaterOrEqual,

    /// <summary>The argument is greater than the value.</summary>
    Greater,

    /// <summary>The masked bits of the argument equal the value.</summary>
    MaskedEqual,
}
