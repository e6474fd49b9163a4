namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>Splits 64-bit comparisons into tests of 32-bit halves, the only tests the BPF machine supports.</summary>
internal static class WordTests
{
    /// <summary>Gets all tests to which a comparison can lead, in the order of <see cref="Split"/>.</summary>
    internal static IEnumerable<WordTest> All(ArgumentComparison comparison) => Split(comparison).All();

    /// <summary>Splits a comparison into its tests.</summary>
    internal static HalfTests Split(ArgumentComparison comparison)
    {
        int low = CallData.Low(comparison.Index), high = CallData.High(comparison.Index);
        uint lowValue = (uint)comparison.Value, highValue = (uint)(comparison.Value >> 32);
        ushort order = comparison.Operator is ArgumentOperator.GreaterOrEqual or ArgumentOperator.Less
            ? FilterInstruction.JumpIfGreaterOrEqual
            : FilterInstruction.JumpIfGreater;
        return comparison.Operator switch
        {
            ArgumentOperator.Equal or ArgumentOperator.NotEqual => new HalfTests(
                null,
                new WordTest(high, FilterInstruction.JumpIfEqual, highValue),
                new WordTest(low, FilterInstruction.JumpIfEqual, lowValue),
                comparison.Operator == ArgumentOperator.NotEqual),
            ArgumentOperator.MaskedEqual => new HalfTests(
                null, Masked(high, highValue, (uint)(comparison.Mask >> 32)),
                Masked(low, lowValue, (uint)comparison.Mask), false),
            _ => new HalfTests(
                new WordTest(high, FilterInstruction.JumpIfGreater, highValue),
                new WordTest(high, FilterInstruction.JumpIfEqual, highValue),
                new WordTest(low, order, lowValue),
                comparison.Operator is ArgumentOperator.Less or ArgumentOperator.LessOrEqual),
        };
    }

    private static WordTest? Masked(int offset, uint value, uint mask) =>
        mask == 0 ? null : new WordTest(offset, FilterInstruction.JumpIfEqual, value, mask);
}
