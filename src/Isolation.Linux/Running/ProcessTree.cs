using System.Globalization;
using Isolation.Linux.Cgroups.Counting;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Running;

/// <summary>
/// Kills processes by descent, from outside. Only where a PID namespace does not do it: several commands share a
/// sandbox, or it has no PID namespace of its own.
/// <para>
/// They are stopped first, until no further one is found: a process that is stopped makes no children, and its children
/// keep their parent. A process that left its command's session and lost its parent before cannot be told from one of
/// another command; it ends with the sandbox.
/// </para>
/// </summary>
internal static class ProcessTree
{
    private const int MaximumRounds = 1000;

    /// <summary>Kills all descendants of a process, until it has none.</summary>
    internal static void KillDescendants(int ancestor)
    {
        for (int round = 0; round < MaximumRounds && KillAll(child => true, ancestor); round++)
        {
        }
    }

    /// <summary>Kills a command's process, its descendants, and what is left of its session.</summary>
    /// <param name="init">Init as the host sees it.</param>
    /// <param name="insideId">The command as the sandbox sees it.</param>
    internal static void KillCommand(int init, int insideId)
    {
        if (FindCommand(init, insideId) is { } isMeant)
        {
            KillAll(isMeant, init);
        }
    }

    /// <summary>Which children of init are a command's: its process, and those of its session that have lost their parents. Null: it has ended.</summary>
    internal static Predicate<int>? FindCommand(int init, int insideId)
    {
        int command = Children(init).FirstOrDefault(child => InsideId(child) == insideId);
        return command == 0 ? null : child => child == command || Session(child) == command;
    }

    /// <summary>
    /// CPU time and page faults of a process and of those that it waited for, as far as the kernel counts it for others to see: time in 100ths of a
    /// second.
    /// </summary>
    /// <param name="process">The process.</param>
    /// <param name="withItself">Whether its own is counted, not only that of those that it waited for.</param>
    internal static SandboxUsage ReadUsage(int process, bool withItself = true)
    {
        using FigureFiles files = new();
        ReadOnlySpan<byte> status = files.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}"), "stat"u8);
        // The name, which may hold anything, is before the last bracket, and the state after it. Then: see proc_pid_stat(5).
        ReadOnlySpan<byte> fields = status[Math.Min(status.Length, status.LastIndexOf((byte)')') + 4)..];
        Skip(ref fields, 6);
        long faults = FigureText.TakeNumber(ref fields) + FigureText.TakeNumber(ref fields);
        long majorFaults = FigureText.TakeNumber(ref fields) + FigureText.TakeNumber(ref fields);
        (long user, long system) = (FigureText.TakeNumber(ref fields), FigureText.TakeNumber(ref fields));
        (user, system) = withItself ? (user, system) : (0, 0);
        (long userOfChildren, long systemOfChildren) = (FigureText.TakeNumber(ref fields), FigureText.TakeNumber(ref fields));
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

    /// <summary>Stops, then kills those children of a process that are meant, and all of their descendants. False if there were none.</summary>
    private static bool KillAll(Predicate<int> isMeant, int parent)
    {
        Dictionary<int, string> stopped = [];
        int count;
        int rounds = 0;
        do
        {
            count = stopped.Count;
            foreach (int child in Children(parent))
            {
                if (isMeant(child))
                {
                    Stop(child, stopped);
                }
            }
        }
        while (stopped.Count > count && ++rounds < MaximumRounds);

        foreach ((int process, string start) in stopped)
        {
            Signal(process, start, UnixSignal.Kill);
        }

        return stopped.Count > 0;
    }

    private static void Stop(int process, Dictionary<int, string> stopped)
    {
        if (!stopped.ContainsKey(process) && !IsZombie(process))
        {
            string start = StartTime(process);
            stopped.Add(process, start);
            Signal(process, start, UnixSignal.Stop);
        }

        foreach (int child in Children(process))
        {
            Stop(child, stopped);
        }
    }

    /// <summary>Signals a process if it is still the one that was found: its number may have been given to another one of the host.</summary>
    private static void Signal(int process, string start, UnixSignal signal)
    {
        long pidfd = Kernel.pidfd_open(process);
        if (pidfd >= 0)
        {
            if (start.Length > 0 && StartTime(process) == start)
            {
                Kernel.pidfd_send_signal((int)pidfd, (int)signal);
            }

            Kernel.close((int)pidfd);
        }
        else if (pidfd is -Errno.EMFILE or -Errno.ENFILE)
        {
            Kernel.kill(process, (int)signal);
        }
    }

    internal static IEnumerable<int> Children(int process)
    {
        string[] threads = ReadNames($"/proc/{process}/task");
        return threads.SelectMany(thread => Read($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(child => int.Parse(child, CultureInfo.InvariantCulture));
    }

    private static bool IsZombie(int process) => Status(process, 0) is "Z" or "X" or "";

    private static int Session(int process) => int.TryParse(Status(process, 3), CultureInfo.InvariantCulture, out int session) ? session : 0;

    private static string StartTime(int process) => Status(process, 19);

    /// <summary>A field of /proc/PID/stat after the name, which may hold anything: 0 is the state, 3 the session, 19 the start time.</summary>
    private static string Status(int process, int field)
    {
        string stat = Read($"/proc/{process}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > field ? fields[field] : "";
    }

    private static int InsideId(int process)
    {
        string? line = Read($"/proc/{process}/status").Split('\n').FirstOrDefault(text => text.StartsWith("NSpid:", StringComparison.Ordinal));
        return line is null ? 0 : int.Parse(line.Split('\t')[^1], CultureInfo.InvariantCulture);
    }

    private static string[] ReadNames(string folder)
    {
        try
        {
            return Directory.GetDirectories(folder);
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            // The process has ended.
            return "";
        }
    }
}
