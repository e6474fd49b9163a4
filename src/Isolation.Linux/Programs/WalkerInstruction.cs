using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Isolation.Linux.Programs;

/// <summary>One machine instruction of a <see cref="Walker"/>, with what a reader needs to check it.</summary>
internal sealed class WalkerInstruction
{
    private WalkerInstruction(ImmutableArray<byte> bytes, string assembly, string why)
    {
        Bytes = bytes;
        Assembly = assembly;
        Why = why;
    }

    /// <summary>The name that other instructions jump to, or null.</summary>
    public string? Label { get; init; }

    /// <summary>The instruction as it lies in memory.</summary>
    public ImmutableArray<byte> Bytes { get; }

    /// <summary>
    /// The instruction as a disassembler prints it, with jump targets by label. A test holds <see cref="Bytes"/>
    /// against it.
    /// </summary>
    public string Assembly { get; }

    /// <summary>What it is there for; empty where the instruction says it.</summary>
    public string Why { get; }

    /// <summary>An instruction of x86-64, its bytes written as in a listing: pairs of hexadecimal digits.</summary>
    public static WalkerInstruction X64(string bytes, string assembly, string why = "", string? label = null)
    {
        byte[] decoded = Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal));
        return new([.. decoded], assembly, why) { Label = label };
    }

    /// <summary>An instruction of arm64, which is one little-endian word.</summary>
    public static WalkerInstruction Arm64(uint word, string assembly, string why = "", string? label = null)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, word);
        return new([.. bytes], assembly, why) { Label = label };
    }
}
