using System.Runtime.InteropServices;

namespace Isolation.Linux.Programs;

/// <summary>
/// Represents one step of a system-call program: eleven words that the <see cref="Walker"/> reads. All addresses are
/// absolute, in the walking process. See <c>docs/walker.md</c>.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Node
{
    /// <summary>The size of a word, in bytes.</summary>
    public const int WordSize = sizeof(long);

    /// <summary>The size of a node, in bytes.</summary>
    public const int Size = 11 * WordSize;

    /// <summary>The number of arguments of a node, which is the maximum for a system call.</summary>
    public const int ArgumentCount = 6;

    /// <summary>The offset of <see cref="ResultAddress"/> in a node.</summary>
    public const int ResultAddressOffset = 7 * WordSize;

    /// <summary>The offset of <see cref="NextIfPositive"/> in a node.</summary>
    public const int NextIfPositiveOffset = 8 * WordSize;

    /// <summary>The offset of <see cref="NextIfZero"/> in a node.</summary>
    public const int NextIfZeroOffset = 9 * WordSize;

    /// <summary>The offset of <see cref="NextIfNegative"/> in a node.</summary>
    public const int NextIfNegativeOffset = 10 * WordSize;

    /// <summary>
    /// A <see cref="Number"/> that returns <see cref="Argument0"/> to the walker's caller, without a result or a next
    /// node.
    /// </summary>
    public const long Return = -1;

    /// <summary>
    /// A <see cref="Number"/> that calculates <see cref="Argument0"/> − <see cref="Argument1"/>; the sign compares the
    /// two.
    /// </summary>
    public const long Subtract = -2;

    /// <summary>
    /// A <see cref="Number"/> that loads the signed 32 bits at the address <see cref="Argument0"/>. Kernel structures
    /// have 32-bit fields (a wait status, a received descriptor) that later nodes need as a word.
    /// </summary>
    public const long Load32 = -3;

    /// <summary>
    /// A <see cref="Number"/> that returns the previous node's result, and stores the previous node's
    /// <see cref="Argument5"/> at the address <see cref="Argument0"/>. One such node can report which of many nodes
    /// failed, and why.
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

    /// <summary>
    /// The address at which the result is stored as a word. Always valid; unused results go to a scratch word.
    /// </summary>
    public long ResultAddress;

    /// <summary>The address of the next node after a result above zero.</summary>
    public long NextIfPositive;

    /// <summary>The address of the next node after a result of zero.</summary>
    public long NextIfZero;

    /// <summary>The address of the next node after a result below zero (−errno for a system call).</summary>
    public long NextIfNegative;

    /// <summary>Gets the offset of an argument in a node, to which an earlier node can store its result.</summary>
    public static int ArgumentOffset(int argument)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(argument);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(argument, ArgumentCount);
        return (1 + argument) * WordSize;
    }
}
