using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Seccomp.Supervision;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Seccomp;

/// <summary>
/// The step that loads a filter, the last one before the payload is executed: from then on the filter is asked about
/// every call of the child, so that only execve and exit_group may follow, and capset where privileges may be gained.
/// </summary>
internal static class FilterSteps
{
    /// <param name="b">The program.</param>
    /// <param name="filter">The filter; null for none.</param>
    /// <param name="listener">Who passes the filter's descriptor to the host; null where the filter never asks
    /// it.</param>
    internal static void Load(ProgramBuilder b, CompiledFilter? filter, SeccompNotifySteps? listener)
    {
        if (filter is null)
        {
            return;
        }

        // struct sock_fprog of linux/filter.h: the number of instructions, then, aligned, where they are.
        long instructions = b.AddBytes(filter.Program.AsSpan());
        long program = b.AddWord(filter.InstructionCount);
        b.AddWord(instructions);
        if (listener is not null)
        {
            listener.Load(program);
            return;
        }

        b.Step("load the filter of system calls of", "the command", SystemCallTable.Current.Seccomp,
            Kernel.SeccompSetModeFilter, 0, program, kind: StepKind.LoadFilter);
    }

    /// <summary>
    /// The end of a child that could not execute: a filter may refuse every call that ends a process, and then a fault
    /// does.
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
