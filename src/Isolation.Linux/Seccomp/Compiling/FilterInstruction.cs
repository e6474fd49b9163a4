namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>
/// Represents an instruction of the kernel's classic BPF machine, <c>struct sock_filter</c>; only opcodes that
/// system-call filters use are defined. See linux/filter.h and https://docs.kernel.org/networking/filter.html.
/// </summary>
/// <param name="Code">The opcode.</param>
/// <param name="IfTrue">The number of instructions a jump skips if its condition holds.</param>
/// <param name="IfFalse">The number of instructions a jump skips if its condition does not hold.</param>
/// <param name="Value">The constant.</param>
internal readonly record struct FilterInstruction(ushort Code, byte IfTrue, byte IfFalse, uint Value)
{
    /// <summary>A = the word at an offset of <c>struct seccomp_data</c> (BPF_LD | BPF_W | BPF_ABS).</summary>
    internal const ushort LoadWord = 0x20;

    /// <summary>A = A and the constant (BPF_ALU | BPF_AND | BPF_K).</summary>
    internal const ushort And = 0x54;

    /// <summary>Jump (BPF_JMP | BPF_JA).</summary>
    internal const ushort Jump = 0x05;

    /// <summary>Jump if A equals the constant (BPF_JMP | BPF_JEQ | BPF_K).</summary>
    internal const ushort JumpIfEqual = 0x15;

    /// <summary>Jump if A is greater than the constant (BPF_JMP | BPF_JGT | BPF_K).</summary>
    internal const ushort JumpIfGreater = 0x25;

    /// <summary>Jump if A is greater than or equal to the constant (BPF_JMP | BPF_JGE | BPF_K).</summary>
    internal const ushort JumpIfGreaterOrEqual = 0x35;

    /// <summary>Jump if A has any bit of the constant (BPF_JMP | BPF_JSET | BPF_K).</summary>
    internal const ushort JumpIfAnyBit = 0x45;

    /// <summary>Return the constant as the result (BPF_RET | BPF_K).</summary>
    internal const ushort Return = 0x06;

    /// <summary>The size of an instruction, in bytes.</summary>
    internal const int Size = 8;

    /// <summary>The maximum number of instructions of a filter (BPF_MAXINSNS).</summary>
    internal const int MaximumCount = 4096;
}
