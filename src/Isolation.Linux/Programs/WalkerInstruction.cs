using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Isolation.Linux.Programs;

/// <summary>Represents one machine instruction of a <see cref="Walker"/>, with comments for reviewers.</summary>
internal sealed class WalkerInstruction
{
    private WalkerInstruction(ImmutableArray<byte> bytes, string assembly, string why)
    {
        Bytes = bytes;
        Assembly = assembly;
        Why = why;
    }

    /// <summary>Gets the name that other instructions jump to, or null.</summary>
    public string? Label { get; init; }

    /// <summary>Gets the encoded instruction.</summary>
    public ImmutableArray<byte> Bytes { get; }

    /// <summary>
    /// Gets the instruction in the format of a disassembler, with labels as jump targets. A test compares it with
    /// <see cref="Bytes"/>.
    /// </summary>
    public string Assembly { get; }

    /// <summary>Gets the purpose of the instruction; empty if it is obvious.</summary>
    public string Why { get; }

    /// <summary>Creates an x86-64 instruction from pairs of hexadecimal digits, as in a listing.</summary>
    public static WalkerInstruction X64(string bytes, string assembly, string why = "", string? label = null)
    {
        byte[] decoded = Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal));
        return new([.. decoded], assembly, why) { Label = label };
    }

    /// <summary>Creates an arm64 instruction from one little-endian word.</summary>
    public static WalkerInstruction Arm64(uint word, string assembly, string why = "", string? label = null)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, word);
        return new([.. bytes], assembly, why) { Label = label };
    }
}
