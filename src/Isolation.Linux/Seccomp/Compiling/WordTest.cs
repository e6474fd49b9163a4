using Isolation.Linux.Programs;

namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>A question on one word of 32 bits.</summary>
/// <param name="Offset">Where the word is in <c>struct seccomp_data</c>.</param>
/// <param name="Kind">What is asked: one of the conditional jumps.</param>
/// <param name="Value">The constant.</param>
/// <param name="Mask">The bits that count.</param>
internal readonly record struct WordTest(int Offset, ushort Kind, uint Value, uint Mask = uint.MaxValue)
{
    /// <summary>The answer where the whole word is known.</summary>
    internal bool Answer(uint word) => Kind switch
    {
        FilterInstruction.JumpIfEqual => (word & Mask) == Value,
        FilterInstruction.JumpIfGreater => (word & Mask) > Value,
        FilterInstruction.JumpIfGreaterOrEqual => (word & Mask) >= Value,
        _ => (word & Mask & Value) != 0,
    };
}
