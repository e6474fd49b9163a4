using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Streams;

namespace Isolation.Linux.Commands.Payloads;

/// <summary>Adds the steps that give descriptors of the message to a payload under their numbers inside.</summary>
internal static class DescriptorSteps
{
    private static readonly SystemCallTable Calls = SystemCallTable.Current;

    /// <summary>Gets the highest descriptor number of a command, at least 2.</summary>
    internal static int Highest(ReadOnlySpan<PassedDescriptor> descriptors)
    {
        int highest = 2;
        foreach (PassedDescriptor descriptor in descriptors)
        {
            highest = Math.Max(highest, descriptor.Number);
        }

        return highest;
    }

    /// <summary>Gets the position in the message of a command's standard input.</summary>
    internal static int StandardInput(ReadOnlySpan<PassedDescriptor> descriptors)
    {
        foreach (PassedDescriptor descriptor in descriptors)
        {
            if (descriptor.Number == 0)
            {
                return descriptor.Position;
            }
        }

        throw new InvalidOperationException("The command has no standard input.");
    }

    /// <summary>Places descriptors at their numbers, and closes all others.</summary>
    /// <param name="b">The program builder.</param>
    /// <param name="descriptors">The descriptors to place.</param>
    /// <param name="closedOnExecute">
    /// The number of descriptors, from the end, that only the steps before the payload use.
    /// </param>
    internal static void Add(
        ProgramBuilder b, ReadOnlySpan<PassedDescriptor> descriptors, int closedOnExecute)
    {
        int highest = Highest(descriptors);

        // Moves descriptors out of the way first, so that no number is overwritten before use.
        long copies = b.Reserve(8 * descriptors.Length);
        for (int i = 0; i < descriptors.Length; i++)
        {
            b.Step(
                "pass a descriptor to", "the command", Calls.Fcntl,
                descriptors[i].Position == PassedDescriptor.ControlSocket
                    ? 0
                    : Value.Word(InitProgram.Current.DescriptorAddress(descriptors[i].Position)),
                Kernel.FDupfdCloexec, highest + 1, result: copies + (8 * i));
        }

        for (int i = 0; i < descriptors.Length; i++)
        {
            b.Step("pass a descriptor to", "the command", Calls.Dup3, Value.Word(copies + (8 * i)),
                descriptors[i].Number,
                i < descriptors.Length - closedOnExecute ? 0 : Kernel.OCloexec);
        }

        int next = 0;
        Span<int> numbers = stackalloc int[descriptors.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = descriptors[i].Number;
        }

        numbers.Sort();
        foreach (int number in numbers)
        {
            if (number > next)
            {
                b.Step("close what is not passed to", "the command", Calls.CloseRange, next, number - 1, 0);
            }

            next = number + 1;
        }

        b.Step("close what is not passed to", "the command", Calls.CloseRange, next, uint.MaxValue, 0);
    }
}
