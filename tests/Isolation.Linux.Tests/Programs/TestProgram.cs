using System.Buffers.Binary;
using System.Text;
using TestNode = Isolation.Linux.Programs.Node;

namespace Isolation.Linux.Tests.Programs;

/// <summary>
/// Lays out nodes word by word for a block at a known address. The tests thus check the walker against the documented
/// format and not against the library's own builder.
/// </summary>
internal sealed class TestProgram
{
    public const int Capacity = 0x4000;

    private readonly byte[] _data = new byte[Capacity];
    private int _used;

    public TestProgram(long address)
    {
        Address = address;
        Scratch = Word();
    }

    public long Address { get; }

    public long Scratch { get; }

    public ReadOnlySpan<byte> Data => _data.AsSpan(0, _used);

    public long Word(long value = 0)
    {
        long address = Reserve(sizeof(long));
        Write(address, value);
        return address;
    }

    public (long Address, long Length) Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        long address = Reserve(bytes.Length);
        bytes.CopyTo(_data.AsSpan((int)(address - Address)));
        return (address, bytes.Length);
    }

    /// <summary>Reserves a node, so that other nodes can refer to it before it is defined.</summary>
    public long Node() => Reserve(88);

    public void Define(
        long node, long number, long[] arguments, long positive, long zero, long negative, long? result = null)
    {
        Write(node, number);
        for (int i = 0; i < arguments.Length; i++)
        {
            Write(node + 8 + (8 * i), arguments[i]);
        }

        Write(node + 56, result ?? Scratch);
        Write(node + 64, positive);
        Write(node + 72, zero);
        Write(node + 80, negative);
    }

    public long Node(long number, long[] arguments, long next, long? result = null)
    {
        long node = Node();
        Define(node, number, arguments, next, next, next, result);
        return node;
    }

    public long Return(long value) => Node(TestNode.Return, [value], 0);

    /// <summary>Gets the address of a node's argument.</summary>
    public static long Argument(long node, int argument) => node + 8 + (8 * argument);

    private long Reserve(int size)
    {
        long address = Address + _used;
        _used += (size + 7) & ~7;
        return address;
    }

    private void Write(long address, long value) =>
        BinaryPrimitives.WriteInt64LittleEndian(_data.AsSpan((int)(address - Address)), value);
}
