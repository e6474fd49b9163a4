using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Setup;

/// <summary>Messages that carry the results of a program's steps: the kind, a token, and a word for each step.</summary>
internal static class StepMessage
{
    /// <summary>Stands for the set-up where a command's entry stands otherwise.</summary>
    internal const long SetupToken = -1;

    /// <summary>The largest message, in bytes.</summary>
    internal static int Size(int steps) => InitProgram.ResultHeaderSize + (8 * steps);

    /// <summary>Adds the nodes that send it. All steps of the program must have been added.</summary>
    internal static void Send(ProgramBuilder b, InitMessage kind, long token)
    {
        if (b.Steps.Count > (token == SetupToken ? InitProgram.SetupSteps : InitProgram.CommandSteps))
        {
            throw new SandboxException($"The specification takes {b.Steps.Count} steps; a sandbox is set up in at most {InitProgram.SetupSteps}, a command in {InitProgram.CommandSteps}.");
        }

        long message = b.ResultsAddress - InitProgram.ResultHeaderSize;
        b.Store(message, (long)kind);
        b.Store(message + 8, token);
        b.Try(SystemCallTable.Current.Sendto, 0, message, Size(b.Steps.Count), Kernel.MsgNosignal, 0);
    }
}
