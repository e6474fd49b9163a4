using System.Buffers.Binary;

namespace Isolation.Linux.Tests.Seccomp;

/// <summary>
/// Interprets the subset of BPF that system-call filters can use, and counts the executed instructions. The benchmarks
/// also include this file.
/// </summary>
internal static class FilterInterpreter
{
    private const int DataSize = 64;

    /// <summary>Returns the result of a filter for a call, and the number of executed instructions.</summary>
    public static (uint Result, int Executed) Run(
        ReadOnlySpan<byte> program, uint number, uint architecture, ReadOnlySpan<ulong> arguments)
    {
        Span<byte> data = stackalloc byte[DataSize];
        BinaryPrimitives.WriteUInt32LittleEndian(data, number);
        BinaryPrimitives.WriteUInt32LittleEndian(data[4..], architecture);
        BinaryPrimitives.WriteUInt64LittleEndian(data[8..], 0x5555_5555_0000);
        for (int index = 0; index < 6; index++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data[(16 + (8 * index))..], arguments[index]);
        }

        uint a = 0;
        int executed = 0;
        for (int place = 0; ; place++)
        {
            ReadOnlySpan<byte> instruction = program.Slice(place * 8, 8);
            ushort code = BinaryPrimitives.ReadUInt16LittleEndian(instruction);
            uint k = BinaryPrimitives.ReadUInt32LittleEndian(instruction[4..]);
            executed++;
            switch (code)
            {
                case 0x20:
                    a = BinaryPrimitives.ReadUInt32LittleEndian(data.Slice((int)k, 4));
                    break;
                case 0x54:
                    a &= k;
                    break;
                case 0x05:
                    place += (int)k;
                    break;
                case 0x15:
                    place += instruction[a == k ? 2 : 3];
                    break;
                case 0x25:
                    place += instruction[a > k ? 2 : 3];
                    break;
                case 0x35:
                    place += instruction[a >= k ? 2 : 3];
                    break;
                case 0x45:
                    place += instruction[(a & k) != 0 ? 2 : 3];
                    break;
                case 0x06:
                    return (k, executed);
                default:
                    throw new InvalidOperationException(
                        $"Instruction {place} has the code {code:x}, which no filter of system calls may have.");
            }
        }
    }
}
