using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Seccomp.Compiling;
using Isolation.Linux.Seccomp.Supervision;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Seccomp;

/// <summary>
/// Adds the step that loads a filter, the last step before the payload is executed. From then on the filter applies to
/// every system call of the child, so only execve, exit_group and, if privileges may be gained, capset may follow.
/// </summary>
internal static class FilterSteps
{
    /// <summary>Adds the step that loads a filter.</summary>
    /// <param name="b">The program.</param>
    /// <param name="filter">The filter; null for none.</param>
    /// <param name="listener">
    /// The steps that pass the filter's descriptor to the application; null if the filter never notifies.
    /// </param>
    internal static void Load(ProgramBuilder b, CompiledFilter? filter, SeccompNotifySteps? listener)
    {
        if (filter is null)
        {
            return;
        }

        // struct sock_fprog of linux/filter.h: the number of instructions, then, aligned, their address.
        long instructions = b.AddBytes(filter.Program.AsSpan());
        long program = b.AddWord(filter.InstructionCount);
        b.AddWord(instructions);
        if (listener is not null)
        {
            listener.Load(program);
            return;
        }

        b.Step("load the system-call filter of", "the command", SystemCallTable.Current.Seccomp,
            Kernel.SeccompSetModeFilter, 0, program, kind: StepKind.LoadFilter);
    }

    /// <summary>
    /// Ends a child whose execution failed. If the filter refuses every call that ends a process, a fault ends it.
    /// </summary>
    internal static void End(ProgramBuilder b)
    {
        const int NoPlace = 8;
        b.Try(SystemCallTable.Current.ExitGroup, 127);
        b.Try(SystemCallTable.Current.Exit, 127);
        Label fault = b.NewLabel();
        b.Mark(fault);
        b.Branch(Node.Subtract, [0, 0], NoPlace, fault, fault, fault);
    }
}
