using System.Runtime.InteropServices;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Init;

/// <summary>
/// Keeps capabilities across the execution of the init image by means of the ambient set. While no id is mapped, no
/// process is root, so that execve(2) would drop the capabilities. See capabilities(7).
/// </summary>
internal static class CapabilitySteps
{
    private const string Action = "keep the capabilities for init";

    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>Keeps all capabilities, for a process in a new or joined user namespace.</summary>
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

    /// <summary>Keeps the capabilities of an application that does not run as root.</summary>
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
