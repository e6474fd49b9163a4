using System.Buffers.Binary;
using System.Collections.Immutable;
using static Isolation.Linux.Programs.WalkerInstruction;

namespace Isolation.Linux.Programs;

/// <summary>Provides the walker for x86-64.</summary>
internal static class WalkerX64
{
    /// <summary>
    /// Gets the instructions of the function, which follows the System V ABI: the first node comes in <c>rdi</c>, the
    /// returned value goes out in <c>rax</c>. The current node is in <c>rbx</c>: a system call destroys <c>rax</c>,
    /// <c>rcx</c> and <c>r11</c>, and takes its arguments in the other registers that a function may use freely.
    /// </summary>
    public static ImmutableArray<WalkerInstruction> Instructions { get; } =
    [
        X64("53", "push rbx", "the caller's; the only word of stack, written before any clone", label: "walk"),
        X64("48 89 FB", "mov rbx, rdi", "the first node"),

        X64("48 8B 03", "mov rax, [rbx]", "the number", label: "node"),
        X64("48 8B 7B 08", "mov rdi, [rbx+8]"),
        X64("48 8B 73 10", "mov rsi, [rbx+16]", "no operation needs more than two arguments"),
        X64("48 85 C0", "test rax, rax"),
        X64("78 36", "js short operation", "a negative number is not a call"),
        X64("48 8B 53 18", "mov rdx, [rbx+24]"),
        X64("4C 8B 53 20", "mov r10, [rbx+32]", "the fourth argument: the instruction itself takes rcx"),
        X64("4C 8B 43 28", "mov r8, [rbx+40]"),
        X64("4C 8B 4B 30", "mov r9, [rbx+48]"),
        X64("0F 05", "syscall", "clone comes out of it twice, with the same rbx and rsp"),

        X64("48 8B 4B 38", "mov rcx, [rbx+56]", "the result's address", label: "store"),
        X64("48 89 01", "mov [rcx], rax", "before the next node's address is read: it may be what is stored"),
        X64("49 89 C0", "mov r8, rax", "for recall: no operation loads r8 and r9"),
        X64("4C 8B 4B 30", "mov r9, [rbx+48]"),
        X64("48 85 C0", "test rax, rax"),
        X64("48 8B 4B 40", "mov rcx, [rbx+64]", "next if positive"),
        X64("48 0F 44 4B 48", "cmove rcx, [rbx+72]", "next if zero"),
        X64("48 0F 48 4B 50", "cmovs rcx, [rbx+80]", "next if negative"),
        X64("48 89 CB", "mov rbx, rcx"),
        X64("EB BA", "jmp short node"),

        X64("48 97", "xchg rdi, rax", "rax: the first argument; rdi: the number", label: "operation"),
        X64("FF C7", "inc edi", "-1?"),
        X64("74 1A", "je short return"),
        X64("FF C7", "inc edi", "-2?"),
        X64("74 11", "je short subtract"),
        X64("FF C7", "inc edi", "-3?"),
        X64("74 08", "je short load"),
        X64("4C 89 08", "mov [rax], r9", "-4: recall, the sixth argument of the node before"),
        X64("4C 89 C0", "mov rax, r8", "its result"),
        X64("EB C6", "jmp short store"),

        X64("48 63 00", "movsxd rax, [rax]", "32 bits, with their sign", label: "load"),
        X64("EB C1", "jmp short store"),

        X64("48 29 F0", "sub rax, rsi", label: "subtract"),
        X64("EB BC", "jmp short store"),

        X64("5B", "pop rbx", "the caller's", label: "return"),
        X64("C3", "ret", "rax is the first argument"),
    ];

    /// <summary>
    /// Gets the entry of an image: it calls the walker, which follows it, with the first node's address, and ends the
    /// process with the returned value.
    /// </summary>
    public static ImmutableArray<WalkerInstruction> Entry(uint firstNodeAddress)
    {
        Span<byte> word = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(word, firstNodeAddress);
        string address = Convert.ToHexString(word);
        return
        [
            X64($"BF {address}", $"mov edi, 0x{firstNodeAddress:x}", "the first node, in the image's low addresses"),
            X64("E8 09 00 00 00", "call walk"),
            X64("89 C7", "mov edi, eax", "the exit code"),
            X64("B8 E7 00 00 00", "mov eax, 0xe7", "exit_group"),
            X64("0F 05", "syscall"),
        ];
    }
}
