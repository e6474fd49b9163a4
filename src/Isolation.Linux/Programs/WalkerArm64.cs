using System.Collections.Immutable;
using static Isolation.Linux.Programs.WalkerInstruction;

namespace Isolation.Linux.Programs;

/// <summary>Provides the walker for arm64.</summary>
internal static class WalkerArm64
{
    /// <summary>
    /// Gets the instructions of the function, which follows the AAPCS64: the first node comes in <c>x0</c>, the
    /// returned value goes out in <c>x0</c>. The current node is in <c>x9</c>, which a function may use freely. System
    /// calls preserve all registers except <c>x0</c>, so the function saves nothing and uses no stack.
    /// </summary>
    public static ImmutableArray<WalkerInstruction> Instructions { get; } =
    [
        Arm64(0xAA0003E9, "mov x9, x0", "the first node", label: "walk"),

        Arm64(0xA9400128, "ldp x8, x0, [x9]", "the number and the first argument", label: "node"),
        Arm64(0xA9410921, "ldp x1, x2, [x9, #16]"),
        Arm64(0xB7F801C8, "tbnz x8, #63, operation", "a negative number is not a call"),
        Arm64(0xA9421123, "ldp x3, x4, [x9, #32]"),
        Arm64(0xF9401925, "ldr x5, [x9, #48]"),
        Arm64(0xD4000001, "svc #0x0", "clone comes out of it twice, with the same x9 and sp"),

        Arm64(0xF9401D2A, "ldr x10, [x9, #56]", "the result's address", label: "store"),
        Arm64(0xF9000140, "str x0, [x10]", "before the next node's address is read: it may be what is stored"),
        Arm64(0xAA0003E4, "mov x4, x0", "for recall: no operation loads x4 and x5"),
        Arm64(0xF9401925, "ldr x5, [x9, #48]"),
        Arm64(0xA9442D2A, "ldp x10, x11, [x9, #64]", "next if positive, next if zero"),
        Arm64(0xF9402929, "ldr x9, [x9, #80]", "next if negative"),
        Arm64(0xF100001F, "cmp x0, #0x0"),
        Arm64(0x9A890169, "csel x9, x11, x9, eq"),
        Arm64(0x9A89C149, "csel x9, x10, x9, gt"),
        Arm64(0x17FFFFF1, "b node"),

        Arm64(0xB100091F, "cmn x8, #0x2", "compares the number with -2", label: "operation"),
        Arm64(0x54000120, "b.eq subtract"),
        Arm64(0x5400014C, "b.gt return", "-1"),
        Arm64(0xB1000D1F, "cmn x8, #0x3"),
        Arm64(0x54000080, "b.eq load"),
        Arm64(0xF9000005, "str x5, [x0]", "-4: recall, the sixth argument of the node before"),
        Arm64(0xAA0403E0, "mov x0, x4", "its result"),
        Arm64(0x17FFFFEF, "b store"),

        Arm64(0xB9800000, "ldrsw x0, [x0]", "32 bits, with their sign", label: "load"),
        Arm64(0x17FFFFED, "b store"),

        Arm64(0xCB010000, "sub x0, x0, x1", label: "subtract"),
        Arm64(0x17FFFFEB, "b store"),

        Arm64(0xD65F03C0, "ret", "x0 is the first argument", label: "return"),
    ];

    /// <summary>
    /// Gets the entry of an image: it calls the walker, which follows it, with the first node's address, and ends the
    /// process with the returned value.
    /// </summary>
    public static ImmutableArray<WalkerInstruction> Entry(uint firstNodeAddress)
    {
        uint low = firstNodeAddress & 0xFFFF;
        uint high = firstNodeAddress >> 16;
        return
        [
            Arm64(0xD2800000 | (low << 5), $"mov x0, #0x{low:x}", "the first node, in the image's low addresses"),
            Arm64(0xF2A00000 | (high << 5), $"movk x0, #0x{high:x}, lsl #16"),
            Arm64(0x94000003, "bl walk"),
            Arm64(0xD2800BC8, "mov x8, #0x5e", "exit_group, with what was returned in x0"),
            Arm64(0xD4000001, "svc #0x0"),
        ];
    }
}
