using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Planning;

/// <summary>Adds the steps that reset the state init inherits from the application.</summary>
internal static class ProcessStateSteps
{
    private const int LastSignal = 64;

    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>Resets signals that the application ignores. Ignored signals stay ignored across execve.</summary>
    internal static void Add(ProgramBuilder b)
    {
        long defaultAction = b.Reserve(32);

        // A loop, because 64 nodes would take more than a page. The kernel rejects SIGKILL and SIGSTOP, which cannot be
        // ignored.
        Label reset = b.NewLabel(), done = b.NewLabel();
        b.Mark(reset);
        long node = b.Try(Calls.RtSigaction, LastSignal, defaultAction, 0, 8);
        long signal = node + Node.ArgumentOffset(0);
        b.Branch(Node.Subtract, [Value.Word(signal), 1], signal, reset, done, done);
        b.Mark(done);

        b.Try(Calls.Prctl, Kernel.PrSetChildSubreaper, 1);

        // The kernel names a program executed by its descriptor after the file or the descriptor's number.
        b.Try(Calls.Prctl, Kernel.PrSetName, b.AddText("isolation-init"));
        b.Try(Calls.Umask, 0);
    }
}
