using System.Globalization;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>Contains the PID namespaces in which processes of this machine live.</summary>
/// <remarks>
/// Only a process that sees every process of the machine can tell that a namespace is gone: it is in the initial PID
/// namespace, <c>/proc</c> belongs to that namespace, and every <c>/proc/PID/ns/pid</c> is readable (root with
/// CAP_SYS_PTRACE). The kernel reuses the numbers of namespaces. A number that a new namespace has taken counts as
/// alive, so cgroups may remain, but no cgroup of a living process is removed.
/// </remarks>
internal static class LivePidNamespaces
{
    /// <summary>The number of the initial PID namespace (<c>PROC_PID_INIT_INO</c>).</summary>
    private const ulong Initial = 0xEFFFFFFC;

    /// <summary>
    /// Reads the namespaces of all processes; null if this process cannot see all of them. A cgroup must be listed
    /// before this call: its owner, if alive, is then among the processes.
    /// </summary>
    /// <param name="proc">The directory where proc is mounted.</param>
    internal static IReadOnlySet<ulong>? Read(string proc = "/proc")
    {
        HashSet<ulong> found = [];
        try
        {
            if (NumberOf($"{proc}/self") != Initial || NumberOf($"{proc}/1") != Initial)
            {
                return null;
            }

            foreach (string process in Directory.EnumerateDirectories(proc))
            {
                if (!Path.GetFileName(process).All(char.IsAsciiDigit))
                {
                    continue;
                }

                if (NumberOf(process) is { } number)
                {
                    found.Add(number);
                }
                else if (Exists(process))
                {
                    return null;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return found;
    }

    /// <summary>Gets the number of a process's PID namespace; null if it is unreadable or the process ended.</summary>
    private static ulong? NumberOf(string process)
    {
        try
        {
            return new FileInfo($"{process}/ns/pid").LinkTarget is { } link
                && ulong.TryParse(
                    string.Concat(link.Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture, out ulong number)
                ? number
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Returns whether a process still lives. A zombie has no namespace and owns nothing.</summary>
    private static bool Exists(string process)
    {
        try
        {
            string stat = File.ReadAllText($"{process}/stat");
            return stat[(stat.LastIndexOf(')') + 1)..].TrimStart() is not ['Z' or 'X', ..];
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            // ESRCH: the process ended while the file was open. Any other failure leaves the process unseen.
            return Directory.Exists(process);
        }
    }
}
