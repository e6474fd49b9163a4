using System.Runtime.InteropServices;

namespace Isolation.Linux.Cgroups.Devices;

/// <summary>
/// Represents <c>struct bpf_insn</c> of linux/bpf.h; see
/// https://docs.kernel.org/bpf/standardization/instruction-set.html.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BpfInstruction
{
    internal const byte LoadWord = 0x61;
    internal const byte And32 = 0x54;
    internal const byte ShiftRight32 = 0x74;
    internal const byte Copy32 = 0xBC;
    internal const byte Set32 = 0xB4;
    internal const byte JumpIfNotEqual = 0x55;
    internal const byte Exit = 0x95;

    private readonly byte _code;
    private readonly byte _registers;
    private readonly short _offset;
    private readonly int _immediate;

    internal BpfInstruction(byte code, int destination = 0, int source = 0, int offset = 0, int immediate = 0)
    {
        _code = code;
        _registers = checked((byte)(destination | (source << 4)));
        _offset = checked((short)offset);
        _immediate = immediate;
    }

    internal byte Code => _code;

    internal int Destination => _registers & 0xF;

    internal int Source => _registers >> 4;

    internal int Offset => _offset;

    internal int Immediate => _immediate;
}
