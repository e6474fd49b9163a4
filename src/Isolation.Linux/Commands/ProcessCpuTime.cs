using Isolation.Linux.Interop;

namespace Isolation.Linux.Commands;

/// <summary>
/// Reads the CPU time of a command from its processes: from the clocks of the existing ones, and for those that were
/// waited for. Processes that ended unreaped, because their parent ignores SIGCHLD, are not included; see
/// <see cref="CpuCounter"/>.
/// </summary>
internal static class ProcessCpuTime
{
    /// <summary>Reads the CPU time of the only command of a sandbox: of all descendants of init.</summary>
    internal static TimeSpan ReadAll(int init)
    {
        // Init comes first: a process that ends in between is missed, not counted twice.
        TimeSpan ended = ProcessTree.ReadUsage(init, withItself: false).CpuTime;
        return ended + Read(ProcessTree.Children(init));
    }

    /// <summary>Reads the CPU time of some processes and their descendants.</summary>
    internal static TimeSpan Read(IEnumerable<int> roots)
    {
        TimeSpan sum = TimeSpan.Zero;
        Stack<int> found = new(roots);
        HashSet<int> seen = [.. found];
        while (found.TryPop(out int process))
        {
            if (Kernel.ReadCpuClock(process) is { } nanoseconds)
            {
                sum += new TimeSpan(nanoseconds / 100) + ProcessTree.ReadUsage(process, withItself: false).CpuTime;
            }

            foreach (int child in ProcessTree.Children(process))
            {
                if (seen.Add(child))
                {
                    found.Push(child);
                }
            }
        }

        return sum;
    }
}
