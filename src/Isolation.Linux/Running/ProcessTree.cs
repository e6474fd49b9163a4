using System.Globalization;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Running;

/// <summary>
/// Kills processes by descent, from outside. Only where a PID namespace does not do it: several commands share a
/// sandbox, or it has no PID namespace of its own.
/// </summary>
internal static class ProcessTree
{
    private const int MaximumRounds = 1000;

    /// <summary>Kills all descendants of a process, until it has none.</summary>
    internal static void KillDescendants(int ancestor)
    {
        for (int round = 0; round < MaximumRounds; round++)
        {
            List<int> found = [];
            AddDescendants(ancestor, found);
            if (found.Count == 0)
            {
                return;
            }

            found.ForEach(Kill);
        }
    }

    /// <summary>Kills a command's process, its descendants, and what is left of its session.</summary>
    /// <param name="init">Init as the host sees it.</param>
    /// <param name="insideId">The command as the sandbox sees it.</param>
    /// <param name="isOver">Whether the command's own process has ended.</param>
    internal static void KillCommand(int init, int insideId, Func<bool> isOver)
    {
        HashSet<int> sessions = [];
        for (int round = 0; round < MaximumRounds; round++)
        {
            List<int> found = [];
            foreach (int child in Children(init))
            {
                if (InsideId(child) == insideId)
                {
                    sessions.Add(child);
                }

                if (sessions.Contains(child) || sessions.Contains(Session(child)))
                {
                    found.Add(child);
                    AddDescendants(child, found);
                }
            }

            found.RemoveAll(IsZombie);
            if (found.Count == 0 || (round > 0 && isOver() && found.Count == 0))
            {
                return;
            }

            found.ForEach(Kill);
        }
    }

    private static void Kill(int process) => Kernel.kill(process, (int)UnixSignal.Kill);

    private static void AddDescendants(int ancestor, List<int> found)
    {
        foreach (int child in Children(ancestor))
        {
            if (!IsZombie(child))
            {
                found.Add(child);
            }

            AddDescendants(child, found);
        }
    }

    private static IEnumerable<int> Children(int process)
    {
        string[] threads = ReadNames($"/proc/{process}/task");
        return threads.SelectMany(thread => Read($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(child => int.Parse(child, CultureInfo.InvariantCulture));
    }

    private static bool IsZombie(int process) => Status(process, 0) is "Z" or "X" or "";

    private static int Session(int process) => int.TryParse(Status(process, 3), CultureInfo.InvariantCulture, out int session) ? session : 0;

    /// <summary>A field of /proc/PID/stat after the name, which may hold anything: 0 is the state, 3 the session.</summary>
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
