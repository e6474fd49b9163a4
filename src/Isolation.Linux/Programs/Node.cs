using System.Runtime.InteropServices;

namespace Isolation.Linux.Programs;

/// <summary>
/// One step of a system-call program: eleven words that the <see cref="Walker"/> reads and C# lays out. All addresses
/// are absolute, in the process that walks. See <c>docs/walker.md</c>.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Node
{
    /// <summary>The size of a word.</summary>
    public const int WordSize = sizeof(long);

    /// <summary>The size of a node.</summary>
    public const int Size = 11 * WordSize;

    /// <summary>How many arguments a node has: as many as a system call can take.</summary>
    public const int ArgumentCount = 6;

    /// <summary>Where <see cref="ResultAddress"/> lies in a node.</summary>
    public const int ResultAddressOffset = 7 * WordSize;

    /// <summary>Where <see cref="NextIfPositive"/> lies in a node.</summary>
    public const int NextIfPositiveOffset = 8 * WordSize;

    /// <summary>Where <see cref="NextIfZero"/> lies in a node.</summary>
    public const int NextIfZeroOffset = 9 * WordSize;

    /// <summary>Where <see cref="NextIfNegative"/> lies in a node.</summary>
    public const int NextIfNegativeOffset = 10 * WordSize;

    /// <summary>
    /// A <see cref="Number"/>: go back to the walker's caller with <see cref="Argument0"/>; no result, no next node.
    /// </summary>
    public const long Return = -1;

    /// <summary>
    /// A <see cref="Number"/>: <see cref="Argument0"/> − <see cref="Argument1"/>, so that its sign compares the two.
    /// </summary>
    public const long Subtract = -2;

    /// <summary>
    /// A <see cref="Number"/>: the signed 32 bits at the address <see cref="Argument0"/>, since the kernel's own
    /// structures hold 32-bit fields (a wait status, a received descriptor) that a later node needs as a word.
    /// </summary>
    public const long Load32 = -3;

    /// <summary>
    /// A <see cref="Number"/>: the result of the node before, whose <see cref="Argument5"/> goes to the address
    /// <see cref="Argument0"/>. So many nodes can have one that says which of them failed, and why.
    /// </summary>
    public const long Recall = -4;

    /// <summary>
    /// The system call, or <see cref="Return"/>, <see cref="Subtract"/>, <see cref="Load32"/> or <see cref="Recall"/>.
    /// </summary>
    public long Number;

    /// <summary>The first argument.</summary>
    public long Argument0;

    /// <summary>The second argument.</summary>
    public long Argument1;

    /// <summary>The third argument.</summary>
    public long Argument2;

    /// <summary>The fourth argument.</summary>
    public long Argument3;

    /// <summary>The fifth argument.</summary>
    public long Argument4;

    /// <summary>The sixth argument.</summary>
    public long Argument5;

    /// <summary>Where the result is stored, as a word. Always valid: a scratch word where nobody reads it.</summary>
    public long ResultAddress;

    /// <summary>The node that follows a result above zero.</summary>
    public long NextIfPositive;

    /// <summary>The node that follows a result of zero.</summary>
    public long NextIfZero;

    /// <summary>The node that follows a result below zero, which of a system call is −errno.</summary>
    public long NextIfNegative;

    /// <summary>Where an argument lies in a node: the place that an earlier node's result goes to.</summary>
    public static int ArgumentOffset(int argument)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(argument);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(argument, ArgumentCount);
        return (1 + argument) * WordSize;
    }
}
