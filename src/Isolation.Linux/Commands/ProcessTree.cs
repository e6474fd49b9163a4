using System.Globalization;
using Isolation.Linux.Cgroups.Accounting;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Commands;

/// <summary>
/// Kills processes by descent, from outside, if neither a PID namespace nor a cgroup can. It first stops processes
/// until it finds no further one: a stopped process creates no children, and its children keep their parent.
/// </summary>
internal static class ProcessTree
{
    private const int MaximumRounds = 1000;

    /// <summary>Kills all descendants of a process. Returns false if it had none.</summary>
    internal static bool KillDescendants(int ancestor)
    {
        bool foundAny = false;
        for (int round = 0; round < MaximumRounds && KillTrees(() => Children(ancestor)); round++)
        {
            foundAny = true;
        }

        return foundAny;
    }

    /// <summary>
    /// Stops, then kills some processes and all of their descendants. Returns false if there were none.
    /// </summary>
    /// <param name="roots">
    /// The function that finds the top processes. It is called repeatedly, as orphans appear there.
    /// </param>
    internal static bool KillTrees(Func<IEnumerable<int>> roots)
    {
        Dictionary<int, string> stopped = [];
        int count;
        int rounds = 0;
        do
        {
            count = stopped.Count;
            StopTrees(roots(), stopped);
        }
        while (stopped.Count > count && ++rounds < MaximumRounds);

        foreach ((int process, string start) in stopped)
        {
            Signal(process, start, UnixSignal.SIGKILL);
        }

        return stopped.Count > 0;
    }

    /// <summary>
    /// Signals a process if it is still the one that was found. The host may have reused its process id.
    /// </summary>
    internal static void Signal(int process, string start, UnixSignal signal)
    {
        long pidfd = Kernel.pidfd_open(process);
        if (pidfd >= 0)
        {
            if (ProcessStatus.Read(process)?.StartTime == start)
            {
                Kernel.pidfd_send_signal((int)pidfd, (int)signal);
            }

            Kernel.close((int)pidfd);
        }
        else if (pidfd is -Errno.EMFILE or -Errno.ENFILE && ProcessStatus.Read(process)?.StartTime == start)
        {
            Kernel.kill(process, (int)signal);
        }
    }

    internal static IEnumerable<int> Children(int process)
    {
        foreach (string thread in ReadNames($"/proc/{process}/task"))
        {
            foreach (string child in (CgroupFiles.Read($"{thread}/children") ?? "")
                .Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                yield return int.Parse(child, CultureInfo.InvariantCulture);
            }
        }
    }

    /// <summary>
    /// Reads CPU time and page faults of a process and of those that it waited for, as far as the kernel makes them
    /// visible; time is in 100ths of a second.
    /// </summary>
    /// <param name="process">The process id.</param>
    /// <param name="withItself">Whether to include the process itself, not only those that it waited for.</param>
    internal static SandboxUsage ReadUsage(int process, bool withItself = true)
    {
        using FigureFiles files = new();
        ReadOnlySpan<byte> status = files.Read(
            string.Create(CultureInfo.InvariantCulture, $"/proc/{process}"), "stat"u8);
        // The name may contain any characters; the state follows the last parenthesis. For the fields after it, see
        // proc_pid_stat(5).
        ReadOnlySpan<byte> fields = status[Math.Min(status.Length, status.LastIndexOf((byte)')') + 4)..];
        Skip(ref fields, 6);
        long faults = FigureText.TakeNumber(ref fields) + FigureText.TakeNumber(ref fields);
        long majorFaults = FigureText.TakeNumber(ref fields) + FigureText.TakeNumber(ref fields);
        (long user, long system) = (FigureText.TakeNumber(ref fields), FigureText.TakeNumber(ref fields));
        (user, system) = withItself ? (user, system) : (0, 0);
        (long userOfChildren, long systemOfChildren) = (FigureText.TakeNumber(ref fields),
            FigureText.TakeNumber(ref fields));
        return new SandboxUsage
        {
            UserCpuTime = TimeSpan.FromMilliseconds(10 * (user + userOfChildren)),
            SystemCpuTime = TimeSpan.FromMilliseconds(10 * (system + systemOfChildren)),
            PageFaults = faults + majorFaults,
            MajorPageFaults = majorFaults,
        };
    }

    private static void Skip(ref ReadOnlySpan<byte> fields, int count)
    {
        for (int i = 0; i < count; i++)
        {
            FigureText.TakeNumber(ref fields);
        }
    }

    private static void StopTrees(IEnumerable<int> roots, Dictionary<int, string> stopped)
    {
        // Avoids recursion, because a payload controls the depth.
        Stack<int> found = new(roots);
        HashSet<int> seen = [.. found];
        while (found.TryPop(out int process))
        {
            if (!stopped.ContainsKey(process) && ProcessStatus.Read(process) is { HasEnded: false } status)
            {
                stopped.Add(process, status.StartTime);
                Signal(process, status.StartTime, UnixSignal.SIGSTOP);
            }

            foreach (int child in Children(process))
            {
                if (seen.Add(child))
                {
                    found.Push(child);
                }
            }
        }
    }

    private static string[] ReadNames(string directory)
    {
        try
        {
            return Directory.GetDirectories(directory);
        }
        catch (IOException)
        {
            return [];
        }
    }
}
