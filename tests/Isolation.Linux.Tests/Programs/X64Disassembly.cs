using Iced.Intel;

namespace Isolation.Linux.Tests.Programs;

/// <summary>The real disassembly of the bytes of a listing for x86-64.</summary>
internal static class X64Disassembly
{
    public static IEnumerable<Instruction> Decode(ReadOnlySpan<byte> code)
    {
        Decoder decoder = Decoder.Create(64, new ByteArrayCodeReader(code.ToArray()));
        List<Instruction> instructions = [];
        while (decoder.IP < (ulong)code.Length)
        {
            instructions.Add(decoder.Decode());
        }

        return instructions;
    }

    /// <summary>
    /// Returns the assembly of the code in the notation of the listings. An instruction whose encoding differs from an
    /// assembler's is marked, since one text can have several encodings.
    /// </summary>
    public static IReadOnlyList<string> Disassemble(ReadOnlySpan<byte> code, IReadOnlyDictionary<ulong, string> labels)
    {
        NasmFormatter formatter = new(new LabelResolver(labels), new DecimalOffsets())
        {
            Options =
            {
                SpaceAfterOperandSeparator = true,
                HexPrefix = "0x",
                HexSuffix = "",
                UppercaseHex = false,
            },
        };
        List<string> lines = [];
        foreach (Instruction instruction in Decode(code))
        {
            StringOutput output = new();
            formatter.Format(instruction, output);
            ReadOnlySpan<byte> bytes = code.Slice((int)instruction.IP, instruction.Length);
            bool plain = bytes.SequenceEqual(Encode(instruction));
            lines.Add(output.ToStringAndReset() + (plain ? "" : " in another encoding"));
        }

        return lines;
    }

    private static byte[] Encode(Instruction instruction)
    {
        List<byte> bytes = [];
        Encoder encoder = Encoder.Create(64, new ListCodeWriter(bytes));
        return encoder.TryEncode(instruction, instruction.IP, out _, out _) ? [.. bytes] : [];
    }

    private sealed class LabelResolver(IReadOnlyDictionary<ulong, string> labels) : ISymbolResolver
    {
        public bool TryGetSymbol(
            in Instruction instruction,
            int operand,
            int instructionOperand,
            ulong address,
            int addressSize,
            out SymbolResult symbol)
        {
            symbol = default;
            bool found = instruction.FlowControl != FlowControl.Next && labels.ContainsKey(address);
            if (found)
            {
                symbol = new SymbolResult(address, labels[address]);
            }

            return found;
        }
    }

    // The listings contain decimal offsets of words in a node.
    private sealed class DecimalOffsets : IFormatterOptionsProvider
    {
        public void GetOperandOptions(
            in Instruction instruction,
            int operand,
            int instructionOperand,
            ref FormatterOperandOptions options,
            ref NumberFormattingOptions numbers)
        {
            if (instruction.GetOpKind(operand) == OpKind.Memory)
            {
                numbers.NumberBase = NumberBase.Decimal;
                numbers.Prefix = "";
            }
        }
    }

    private sealed class ListCodeWriter(List<byte> bytes) : CodeWriter
    {
        public override void WriteByte(byte value) => bytes.Add(value);
    }
}
