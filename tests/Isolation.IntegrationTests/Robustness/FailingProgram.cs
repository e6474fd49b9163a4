using System.Runtime.InteropServices;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.IntegrationTests.Robustness;

/// <summary>
/// Changes a program that is laid out already, so that one of its steps fails as if the kernel had refused it.
/// </summary>
internal static class FailingProgram
{
    internal delegate void NodeChange(ref Node node);

    /// <summary>
    /// Replaces the system call of a step by a result. Only the step's own node is changed, and what loads its
    /// arguments.
    /// </summary>
    /// <param name="program">The program, with its beginning at <paramref name="baseAddress"/>.</param>
    /// <param name="baseAddress">Where it will run.</param>
    /// <param name="step">The step, counted from 1.</param>
    /// <param name="error">The error number that the step reports.</param>
    /// <returns>Whether the step does anything: some only tell of a call before them, whose failure was looked at
    /// closely.</returns>
    internal static bool Break(Span<byte> program, long baseAddress, int step, int error) =>
        Replace(program, baseAddress, step, (ref Node node) =>
    {
        node.Number = Node.Subtract;
        node.Argument0 = -error;
        node.Argument1 = 0;
    });

    /// <summary>Changes the system call of a step.</summary>
    /// <param name="program">The program, with its beginning at <paramref name="baseAddress"/>.</param>
    /// <param name="baseAddress">Where it will run.</param>
    /// <param name="step">The step, counted from 1.</param>
    /// <param name="change">Sets the number and the arguments.</param>
    /// <returns>Whether the step made a system call.</returns>
    internal static bool Replace(Span<byte> program, long baseAddress, int step, NodeChange change)
    {
        // A program begins with a node and the word for results that nobody needs.
        long discard = baseAddress + Node.Size;
        Span<long> words = MemoryMarshal.Cast<byte, long>(program);
        HashSet<long> recalls = FindRecalls(words, baseAddress);
        int position = Find(words, node => node.Argument5 == step && recalls.Contains(node.NextIfNegative), step);
        ref Node node = ref NodeAt(words, position);
        bool isCall = node.Number != Node.Load32;
        change(ref node);
        long address = baseAddress + (8 * position);
        BreakFirstTry(words, address, change);
        for (int i = position - (Node.Size / 8); i >= 0 && NodeAt(words, i) is { Number: Node.Load32 } argument
            && argument.ResultAddress > address
                && argument.ResultAddress < address + Node.ResultAddressOffset; i -= Node.Size / 8)
        {
            NodeAt(words, i).ResultAddress = discard;
        }

        return isCall;
    }

    /// <summary>Changes the clone3 whose failure leads to a step: the step is its second try.</summary>
    private static void BreakFirstTry(Span<long> words, long address, NodeChange change)
    {
        for (int i = 0; i <= words.Length - (Node.Size / 8); i++)
        {
            ref Node node = ref NodeAt(words, i);
            if (node.Number == SystemCallTable.Current.Clone3 && node.NextIfNegative == address)
            {
                change(ref node);
            }
        }
    }

    private static HashSet<long> FindRecalls(Span<long> words, long baseAddress)
    {
        HashSet<long> found = [];
        for (int i = 0; i <= words.Length - (Node.Size / 8); i++)
        {
            if (NodeAt(words, i).Number == Node.Recall && NodeAt(words, i).Argument0 == baseAddress + Node.Size + 16)
            {
                found.Add(baseAddress + (8 * i));
            }
        }

        return found;
    }

    private static int Find(Span<long> words, Predicate<Node> predicate, int step)
    {
        for (int i = 0; i <= words.Length - (Node.Size / 8); i++)
        {
            if (predicate(NodeAt(words, i)))
            {
                return i;
            }
        }

        throw new InvalidOperationException($"Step {step} is not in the program.");
    }

    private static ref Node NodeAt(Span<long> words, int index) =>
        ref MemoryMarshal.AsRef<Node>(MemoryMarshal.AsBytes(words[index..]));
}
