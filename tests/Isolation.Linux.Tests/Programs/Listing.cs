using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Tests.Programs;

/// <summary>Represents the commented instructions of a walker as text.</summary>
internal sealed class Listing
{
    private readonly Architecture _architecture;

    private Listing(Walker walker, ImmutableArray<WalkerInstruction> instructions)
    {
        _architecture = walker.Architecture;
        Instructions = instructions;
        Dictionary<ulong, string> labels = [];
        ulong address = 0;
        foreach (WalkerInstruction instruction in instructions)
        {
            if (instruction.Label is { } label)
            {
                labels.Add(address, label);
            }

            address += (ulong)instruction.Bytes.Length;
        }

        Labels = labels;
    }

    public ImmutableArray<WalkerInstruction> Instructions { get; }

    public IReadOnlyDictionary<ulong, string> Labels { get; }

    public IEnumerable<string> Assembly => Instructions.Select(instruction => instruction.Assembly);

    public ImmutableArray<byte> Code => Walker.Assemble(Instructions);

    public static Listing OfFunction(Walker walker) => new(walker, walker.Instructions);

    /// <summary>Gets the words of an image: the entry before the function.</summary>
    public static Listing OfImage(Walker walker, long firstNodeAddress = ElfImage.DataAddress) =>
        new(walker, [.. walker.Entry((uint)firstNodeAddress), .. walker.Instructions]);

    public static Listing OfEntry(Walker walker) => new(walker, walker.Entry((uint)ElfImage.DataAddress));

    public override string ToString()
    {
        StringBuilder text = new();
        int address = 0;
        foreach (WalkerInstruction instruction in Instructions)
        {
            if (instruction.Label is { } label)
            {
                text.Append(label).Append(":\n");
            }

            string bytes = _architecture == Architecture.Arm64
                ? $"{BinaryPrimitives.ReadUInt32LittleEndian(instruction.Bytes.AsSpan()):x8}"
                : string.Join(' ', instruction.Bytes.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
            string why = instruction.Why.Length == 0 ? "" : $"; {instruction.Why}";
            text.Append($"  {address:x2}  {bytes,-15}  {instruction.Assembly,-28}{why}".TrimEnd()).Append('\n');
            address += instruction.Bytes.Length;
        }

        return text.ToString();
    }
}
