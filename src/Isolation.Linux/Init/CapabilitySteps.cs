using System.Runtime.InteropServices;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Init;

/// <summary>
/// Carries capabilities over the execution of the init image in the ambient set. Where no id is mapped yet nobody is
/// root, and execve(2) takes the capabilities away. See capabilities(7).
/// </summary>
internal static class CapabilitySteps
{
    private const string Action = "keep the capabilities for init";

    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>Keeps all capabilities, as a process in a new or a joined user namespace has them.</summary>
    internal static void KeepAll(ProgramBuilder b)
    {
        b.Step(Action, null, Calls.Capset, b.AddWord(Kernel.CapabilityVersion3), b.AddFilled(24, 0xFF));
        Label raise = b.NewLabel(), done = b.NewLabel();
        b.Mark(raise);
        long node = b.Branch(
            Calls.Prctl, [Kernel.PrCapAmbient, Kernel.PrCapAmbientRaise, 0, 0, 0], 0, Label.Next, Label.Next, done);
        long number = node + Node.ArgumentOffset(2);
        b.Branch(Node.Subtract, [Value.Word(number), -1], number, raise, raise, raise);
        b.Mark(done);
    }

    /// <summary>Keeps the capabilities of a host that is not root.</summary>
    internal static void Keep(ProgramBuilder b, long capabilities)
    {
        uint low = (uint)capabilities, high = (uint)(capabilities >> 32);
        b.Step(
            Action, null, Calls.Capset, b.AddWord(Kernel.CapabilityVersion3),
            b.AddBytes(MemoryMarshal.AsBytes<uint>([low, low, low, high, high, high])));
        for (int number = 0; number < 64; number++)
        {
            if ((capabilities & (1L << number)) != 0)
            {
                b.Step(Action, null, Calls.Prctl, Kernel.PrCapAmbient, Kernel.PrCapAmbientRaise, number, 0, 0);
            }
        }
    }
}
