using Isolation.Linux.Interop;

namespace Isolation.Linux.Commands;

/// <summary>
/// The CPU time of a command that its processes show: of those that are there, by their clocks, and of those that were
/// waited for. What ended without anybody waiting for it, because its parent ignores SIGCHLD, is not in it: see
/// <see cref="CpuCounter"/>.
/// </summary>
internal static class ProcessCpuTime
{
    /// <summary>Reads it for the only command of a sandbox: of all descendants of init.</summary>
    internal static TimeSpan ReadAll(int init)
    {
        // Init first: a process that ends in between is missed, and not counted twice.
        TimeSpan ended = ProcessTree.ReadUsage(init, withItself: false).CpuTime;
        return ended + Read(ProcessTree.Children(init));
    }

    /// <summary>Reads it for some processes and their descendants.</summary>
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
