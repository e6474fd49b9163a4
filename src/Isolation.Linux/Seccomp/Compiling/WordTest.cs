namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>Represents a test of a 32-bit word.</summary>
/// <param name="Offset">The word's offset in <c>struct seccomp_data</c>.</param>
/// <param name="Kind">The opcode of the conditional jump.</param>
/// <param name="Value">The constant.</param>
/// <param name="Mask">The bits that are tested.</param>
internal readonly record struct WordTest(int Offset, ushort Kind, uint Value, uint Mask = uint.MaxValue)
{
    /// <summary>Evaluates the test for a known word.</summary>
    internal bool Answer(uint word) => Kind switch
    {
        FilterInstruction.JumpIfEqual => (word & Mask) == Value,
        FilterInstruction.JumpIfGreater => (word & Mask) > Value,
        FilterInstruction.JumpIfGreaterOrEqual => (word & Mask) >= Value,
        _ => (word & Mask & Value) != 0,
    };
}
