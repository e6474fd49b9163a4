using System.Buffers.Binary;
using System.Globalization;

namespace Isolation.Linux.Tests.Programs;

/// <summary>
/// Disassembles the words of a listing for arm64, for the few forms of instruction that the walker uses. Every bit
/// of a word is either in a mask or printed, so two words never have the same text.
/// </summary>
internal static class Arm64Disassembly
{
    private delegate string Text(uint word, long address, IReadOnlyDictionary<ulong, string> labels);

    private static readonly string[] Conditions =
        ["eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al", "nv"];

    private static readonly (uint Mask, uint Value, Text Text)[] Forms =
    [
        (0xFFE0FFE0, 0xAA0003E0, (w, _, _) => $"mov {X(w, 0)}, {X(w, 16)}"),
        (0xFFE00000, 0xD2800000, (w, _, _) => $"mov {X(w, 0)}, #0x{Bits(w, 5, 16):x}"),
        (0xFFE00000, 0xF2A00000, (w, _, _) => $"movk {X(w, 0)}, #0x{Bits(w, 5, 16):x}, lsl #16"),
        (0xFFC00000, 0xA9400000, (w, _, _) => $"ldp {X(w, 0)}, {X(w, 10)}, {Memory(w, 8 * Signed(w, 15, 7))}"),
        (0xFFC00000, 0xF9400000, (w, _, _) => $"ldr {X(w, 0)}, {Memory(w, 8 * Bits(w, 10, 12))}"),
        (0xFFC00000, 0xB9800000, (w, _, _) => $"ldrsw {X(w, 0)}, {Memory(w, 4 * Bits(w, 10, 12))}"),
        (0xFFC00000, 0xF9000000, (w, _, _) => $"str {X(w, 0)}, {Memory(w, 8 * Bits(w, 10, 12))}"),
        (0xFFE0FC00, 0xCB000000, (w, _, _) => $"sub {X(w, 0)}, {X(w, 5)}, {X(w, 16)}"),
        (0xFFC0001F, 0xF100001F, (w, _, _) => $"cmp {X(w, 5)}, #0x{Bits(w, 10, 12):x}"),
        (0xFFC0001F, 0xB100001F, (w, _, _) => $"cmn {X(w, 5)}, #0x{Bits(w, 10, 12):x}"),
        (0xFFE00C00, 0x9A800000, (w, _, _) => $"csel {X(w, 0)}, {X(w, 5)}, {X(w, 16)}, {Conditions[Bits(w, 12, 4)]}"),
        (0xFC000000, 0x14000000, (w, at, labels) => $"b {Target(at, Signed(w, 0, 26), labels)}"),
        (0xFC000000, 0x94000000, (w, at, labels) => $"bl {Target(at, Signed(w, 0, 26), labels)}"),
        (0xFF000010, 0x54000000, (w, at, names) =>
            $"b.{Conditions[Bits(w, 0, 4)]} {Target(at, Signed(w, 5, 19), names)}"),
        (0xFF000000, 0xB7000000, (w, at, names) =>
            $"tbnz {X(w, 0)}, #{32 + Bits(w, 19, 5)}, {Target(at, Signed(w, 5, 14), names)}"),
        (0xFFE0001F, 0xD4000001, (w, _, _) => $"svc #0x{Bits(w, 5, 16):x}"),
        (0xFFFFFFFF, 0xD65F03C0, (_, _, _) => "ret"),
    ];

    public static IReadOnlyList<string> Disassemble(ReadOnlySpan<byte> code, IReadOnlyDictionary<ulong, string> labels)
    {
        List<string> lines = [];
        for (int at = 0; at < code.Length; at += sizeof(uint))
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(code[at..]);
            int form = Array.FindIndex(Forms, f => (word & f.Mask) == f.Value);
            lines.Add(form < 0 ? $"unknown {word:x8}" : Forms[form].Text(word, at, labels));
        }

        return lines;
    }

    public static string Target(ulong address, IReadOnlyDictionary<ulong, string> labels) =>
        labels.TryGetValue(address, out string? label) ? label : $"0x{address:x}";

    private static string Target(long at, long words, IReadOnlyDictionary<ulong, string> labels) =>
        Target((ulong)(at + (4 * words)), labels);

    private static string Memory(uint word, long offset) =>
        offset == 0 ? $"[{Base(word)}]" : string.Create(CultureInfo.InvariantCulture, $"[{Base(word)}, #{offset}]");

    private static string Base(uint word) => Bits(word, 5, 5) == 31 ? "sp" : X(word, 5);

    private static string X(uint word, int shift) => Bits(word, shift, 5) is 31 ? "xzr" : $"x{Bits(word, shift, 5)}";

    private static uint Bits(uint word, int shift, int count) => (word >> shift) & ((1u << count) - 1);

    private static int Signed(uint word, int shift, int count) => (int)(word << (32 - shift - count)) >> (32 - count);
}
