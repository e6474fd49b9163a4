namespace Isolation;

/// <summary>
/// A condition on one argument of a system call. It sees the value in the register only, never what a pointer points
/// to: the payload could change that after it was looked at.
/// </summary>
/// <param name="Index">The argument, 0 to 5.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Value">What it is compared with.</param>
/// <param name="Mask">
/// The bits that count, for <see cref="ArgumentOperator.MaskedEqual"/>; all others compare every bit. Default: every
/// bit.
/// </param>
/// <remarks>
/// The kernel takes many arguments as <c>int</c> and drops the upper half of the register, so that a comparison with
/// all 64 bits is passed by the same number plus 2^32. Compare such arguments with <see cref="Int32Equal"/> or a mask.
/// </remarks>
public readonly record struct ArgumentComparison(
    int Index, ArgumentOperator Operator, ulong Value, ulong Mask = ulong.MaxValue)
{
    /// <summary>All 64 bits are the value.</summary>
    public static ArgumentComparison Equal(int index, ulong value) => new(index, ArgumentOperator.Equal, value);

    /// <summary>The 64 bits are another value.</summary>
    public static ArgumentComparison NotEqual(int index, ulong value) => new(index, ArgumentOperator.NotEqual, value);

    /// <summary>The lower 32 bits are the value, which is all that the kernel sees of an <c>int</c>.</summary>
    public static ArgumentComparison Int32Equal(int index, int value) =>
        new(index, ArgumentOperator.MaskedEqual, (uint)value, uint.MaxValue);

    /// <summary>The bits of the mask are the value.</summary>
    public static ArgumentComparison Masked(int index, ulong mask, ulong value) =>
        new(index, ArgumentOperator.MaskedEqual, value, mask);
}
