using System.Buffers.Binary;

namespace Isolation.Benchmarks.Subjects;

/// <summary>Reads the program headers of executables; see elf(5).</summary>
internal static class Elf
{
    private const uint InterpreterHeader = 3;

    /// <summary>Returns a value indicating whether a 64-bit program requires a loader.</summary>
    internal static bool HasInterpreter(string path)
    {
        Span<byte> start = stackalloc byte[4096];
        using FileStream file = File.OpenRead(path);
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        int headers = (int)BinaryPrimitives.ReadInt64LittleEndian(start[32..]);
        int size = BinaryPrimitives.ReadInt16LittleEndian(start[54..]);
        int count = BinaryPrimitives.ReadInt16LittleEndian(start[56..]);
        for (int i = 0; i < count; i++)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(start[(headers + (i * size))..]) == InterpreterHeader)
            {
                return true;
            }
        }

        return false;
    }
}
