using System.Globalization;
using System.Text;
using Isolation.Linux.Host;

namespace Isolation.Linux.Commands;

/// <summary>
/// Finds the processes of one command among all of a sandbox, from outside. They hang from the command's reaper, or
/// from init where there is none; at most one command at a time has none. Init's own children, which are reapers, are
/// in init's session, and no payload can be: it begins in a session of its own, and there is no way back.
/// </summary>
internal static class CommandProcesses
{
    private const int LooksForQuiet = 10;

    /// <summary>The processes at the top of a command's trees.</summary>
    /// <param name="init">Init as the host sees it.</param>
    /// <param name="command">The command.</param>
    internal static IEnumerable<int> Roots(int init, RunningCommand command)
    {
        if (command.ReaperName is not null)
        {
            return FindReaper(init, command) is { } reaper ? ProcessTree.Children(reaper) : [];
        }

        return ProcessTree.Children(init).Where(
            child => ProcessStatus.Read(child) is { } status && status.Parent == init && status.Session != init);
    }

    /// <summary>The command's reaper; null where it has none, or it is gone.</summary>
    internal static int? FindReaper(int init, RunningCommand command)
    {
        foreach (int child in command.ReaperName is null ? [] : ProcessTree.Children(init))
        {
            if (ProcessStatus.Read(child) is { } status && status.Parent == init && status.Session == init
                && status.Name == command.ReaperName)
            {
                return child;
            }
        }

        return null;
    }

    /// <summary>Kills everything of a command that is there.</summary>
    /// <param name="init">Init as the host sees it.</param>
    /// <param name="command">The command.</param>
    /// <param name="isPatient">Whether a reaper that a payload stopped, one that has init's id, may go on; else it is
    /// killed as well.</param>
    internal static void Kill(int init, RunningCommand command, bool isPatient)
    {
        bool foundAny = ProcessTree.KillTrees(() => Roots(init, command));
        if (FindReaper(init, command) is { } reaper && ProcessStatus.Read(reaper) is { State: 'T' or 't' } status)
        {
            // Where nothing hangs from it any more, all that is lost with it is the report.
            bool goesOn = foundAny || (command.HasStarted && isPatient);
            command.IsReaperGivenUp |= !goesOn;
            ProcessTree.Signal(reaper, status.StartTime, goesOn ? UnixSignal.SIGCONT : UnixSignal.SIGKILL);
        }
    }

    /// <summary>Looks for living processes of a command.</summary>
    /// <returns>True only if there is certainly none; zombies do not count.</returns>
    internal static bool IsEmpty(int init, RunningCommand command)
    {
        if (command.ReaperName is not null)
        {
            return !Roots(init, command).Any(process => ProcessStatus.Read(process) is { HasEnded: false });
        }

        for (int look = 0; look < LooksForQuiet; look++)
        {
            if (FindQuiet(init) is { } isEmpty)
            {
                return isEmpty;
            }
        }

        return false;
    }

    /// <summary>
    /// Looks for processes of payloads among init's children. A process that forks and exits may never be seen, since
    /// its child can be adopted after the list was read. A look therefore counts only if meanwhile no process was made
    /// on the machine and none ended here. Null: it does not count.
    /// </summary>
    private static bool? FindQuiet(int init)
    {
        string last = LastProcess();
        int[] children = [.. ProcessTree.Children(init)];
        foreach (int child in children)
        {
            if (ProcessStatus.Read(child) is not { } status || status.Parent != init)
            {
                return null;
            }

            if (status.Session != init && !status.HasEnded)
            {
                return false;
            }
        }

        return ProcessTree.Children(init).SequenceEqual(children) && LastProcess() == last ? true : null;
    }

    /// <summary>The number of the process that was made last, the last word of proc_loadavg(5).</summary>
    private static string LastProcess() => (CgroupFiles.Read("/proc/loadavg") ?? "").Split(' ')[^1];

    /// <summary>Sends a signal to the command's own process, if it is there.</summary>
    internal static void SignalMain(int init, RunningCommand command, int signal)
    {
        if (FindMain(init, command) is { } process && ProcessStatus.Read(process) is { } status)
        {
            ProcessTree.Signal(process, status.StartTime, (UnixSignal)signal);
        }
    }

    /// <summary>Whether the command's own process has ended, is being taken down, or has a kill pending.</summary>
    internal static bool IsMainEnding(int init, RunningCommand command)
    {
        const long Kill = 1L << ((int)UnixSignal.SIGKILL - 1);
        return FindMain(init, command) is not { } process
            || ProcessStatus.Read(process) is not { IsExiting: false, HasEnded: false }
            || !long.TryParse(
                Field(process, "SigPnd:"), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out long pending)
            || (pending & Kill) != 0;
    }

    /// <summary>
    /// What the processes have done so far that start a command, as a text to compare, if none of them runs and whoever
    /// starts it waits for them: a process in vfork(2) sleeps so that nothing but a kill wakes it. Null: the start goes
    /// on, has not begun, or is over.
    /// </summary>
    internal static string? FindStuckStart(int init, RunningCommand command)
    {
        int? starter = command.ReaperName is null ? init : FindReaper(init, command);
        if (starter is null || ProcessStatus.Read(starter.Value) is not { State: 'D' or 'T' or 't' })
        {
            return null;
        }

        StringBuilder text = new();
        foreach (int process in Roots(init, command).Prepend(starter.Value))
        {
            if (ProcessStatus.Read(process) is not { } status || status.State == 'R')
            {
                return null;
            }

            text.Append(
                CultureInfo.InvariantCulture, $"{process} {status.StartTime} {status.State} {status.Progress}\n");
        }

        return text.ToString();
    }

    private static int? FindMain(int init, RunningCommand command)
    {
        foreach (int process in Roots(init, command))
        {
            if (InsideId(process) == command.Id)
            {
                return process;
            }
        }

        return null;
    }

    private static int InsideId(int process) =>
        int.TryParse(Field(process, "NSpid:"), CultureInfo.InvariantCulture, out int id) ? id : 0;

    /// <summary>The last value of a line of <c>/proc/PID/status</c>; empty if there is no such process.</summary>
    private static ReadOnlySpan<char> Field(int process, string name)
    {
        foreach (ReadOnlySpan<char> line in CgroupFiles.Read(
            string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status")).AsSpan().EnumerateLines())
        {
            if (line.StartsWith(name))
            {
                return line[(line.LastIndexOf('\t') + 1)..];
            }
        }

        return default;
    }
}
