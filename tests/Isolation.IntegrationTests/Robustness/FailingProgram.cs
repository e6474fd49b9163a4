using System.Runtime.InteropServices;
using Isolation.Linux.Programs;

namespace Isolation.IntegrationTests.Robustness;

/// <summary>Changes a program that is laid out already, so that one of its steps fails as if the kernel had refused it.</summary>
internal static class FailingProgram
{
    internal delegate void NodeChange(ref Node node);

    /// <summary>Replaces the system call of a step by a result. Only the step's own node is changed, and what loads its arguments.</summary>
    /// <param name="program">The program, with its beginning at <paramref name="baseAddress"/>.</param>
    /// <param name="baseAddress">Where it will run.</param>
    /// <param name="step">The step, counted from 1.</param>
    /// <param name="error">The error number that the step reports.</param>
    /// <returns>Whether the step does anything: some only tell of a call before them, whose failure was looked at closely.</returns>
    internal static bool Break(Span<byte> program, long baseAddress, int step, int error) => Replace(program, baseAddress, step, (ref Node node) =>
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
        // A program begins with a node, the word for results that nobody needs, and those for a failure.
        long discard = baseAddress + Node.Size;
        long failureError = discard + 8;
        long failureStep = discard + 16;
        Span<long> words = MemoryMarshal.Cast<byte, long>(program);
        int end = Find(words, node => node.Number == Node.Subtract && node.Argument0 == step && node.ResultAddress == failureStep, step);
        int before = end - (Node.Size / 8);
        if (NodeAt(words, before) is { Number: Node.Load32 } load && load.ResultAddress == failureError)
        {
            end = before;
        }

        long failure = baseAddress + (8 * end);
        int position = Find(words, node => node.NextIfNegative == failure, step);
        ref Node node = ref NodeAt(words, position);
        bool isCall = node.Number != Node.Load32;
        change(ref node);
        long address = baseAddress + (8 * position);
        for (int i = position - (Node.Size / 8); i >= 0 && NodeAt(words, i) is { Number: Node.Load32 } argument
            && argument.ResultAddress > address && argument.ResultAddress < address + Node.ResultAddressOffset; i -= Node.Size / 8)
        {
            NodeAt(words, i).ResultAddress = discard;
        }

        return isCall;
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

    private static ref Node NodeAt(Span<long> words, int index) => ref MemoryMarshal.AsRef<Node>(MemoryMarshal.AsBytes(words[index..]));
}
