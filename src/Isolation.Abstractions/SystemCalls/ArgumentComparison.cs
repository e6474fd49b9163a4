namespace Isolation;

/// <summary>
/// Represents a condition on one argument of a system call. The condition applies to the value in the register only,
/// never to the memory that a pointer refers to, because the payload could change that memory after the check.
/// </summary>
/// <param name="Index">The index of the argument, 0 to 5.</param>
/// <param name="Operator">The comparison operator.</param>
/// <param name="Value">The value to compare with.</param>
/// <param name="Mask">
/// The bits to compare, for <see cref="ArgumentOperator.MaskedEqual"/>; all other operators compare every bit. Default:
/// every bit.
/// </param>
/// <remarks>
/// The kernel treats many arguments as <c>int</c> and ignores the upper half of the register, so the same number plus
/// 2^32 bypasses a comparison of all 64 bits. Compare such arguments with <see cref="Int32Equal"/> or a mask.
/// </remarks>
public readonly record struct ArgumentComparison(
    int Index, ArgumentOperator Operator, ulong Value, ulong Mask = ulong.MaxValue)
{
    /// <summary>Creates a condition that all 64 bits equal a value.</summary>
    public static ArgumentComparison Equal(int index, ulong value) => new(index, ArgumentOperator.Equal, value);

    /// <summary>Creates a condition that the 64 bits differ from a value.</summary>
    public static ArgumentComparison NotEqual(int index, ulong value) => new(index, ArgumentOperator.NotEqual, value);

    /// <summary>
    /// Creates a condition that the lower 32 bits equal a value; the kernel sees only these bits of an <c>int</c>.
    /// </summary>
    public static ArgumentComparison Int32Equal(int index, int value) =>
        new(index, ArgumentOperator.MaskedEqual, (uint)value, uint.MaxValue);

    /// <summary>Creates a condition that the bits of the mask equal a value.</summary>
    public static ArgumentComparison Masked(int index, ulong mask, ulong value) =>
        new(index, ArgumentOperator.MaskedEqual, value, mask);
}
