namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>A comparison of 64 bits as questions on its two halves, which is all that the machine can ask.</summary>
internal static class WordTests
{
    /// <summary>Every question that a comparison may lead to, in the order of <see cref="Split"/>.</summary>
    internal static IEnumerable<WordTest> All(ArgumentComparison comparison) => Split(comparison).All();

    /// <summary>The questions, and whether the answer has to be turned around.</summary>
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
