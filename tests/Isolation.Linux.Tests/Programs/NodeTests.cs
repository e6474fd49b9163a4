using System.Runtime.InteropServices;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Tests.Programs;

/// <summary>Checks that the words of a node are at the offsets that the machine code reads.</summary>
public sealed class NodeTests
{
    [Test]
    public unsafe void Size_is_eleven_words() => Assert.That((sizeof(Node), Node.Size), Is.EqualTo((88, 88)));

    [TestCase(nameof(Node.Number), 0)]
    [TestCase(nameof(Node.Argument0), 8)]
    [TestCase(nameof(Node.Argument1), 16)]
    [TestCase(nameof(Node.Argument2), 24)]
    [TestCase(nameof(Node.Argument3), 32)]
    [TestCase(nameof(Node.Argument4), 40)]
    [TestCase(nameof(Node.Argument5), 48)]
    [TestCase(nameof(Node.ResultAddress), 56)]
    [TestCase(nameof(Node.NextIfPositive), 64)]
    [TestCase(nameof(Node.NextIfZero), 72)]
    [TestCase(nameof(Node.NextIfNegative), 80)]
    public void Field_offset(string field, int offset) =>
        Assert.That(Marshal.OffsetOf<Node>(field), Is.EqualTo((nint)offset));

    [Test]
    public void Named_offsets_are_those_of_the_fields()
    {
        IEnumerable<int> arguments = Enumerable.Range(0, Node.ArgumentCount).Select(Node.ArgumentOffset);
        int[] next = [Node.NextIfPositiveOffset, Node.NextIfZeroOffset, Node.NextIfNegativeOffset];

        Assert.That(arguments, Is.EqualTo(new[] { 8, 16, 24, 32, 40, 48 }));
        Assert.That(Node.ResultAddressOffset, Is.EqualTo(56));
        Assert.That(next, Is.EqualTo(new[] { 64, 72, 80 }));
    }

    [TestCase(-1)]
    [TestCase(6)]
    public void There_are_six_arguments(int argument) =>
        Assert.That(() => Node.ArgumentOffset(argument), Throws.TypeOf<ArgumentOutOfRangeException>());
}
