using System.Globalization;
using System.Text;
using Isolation.Linux.Host;

namespace Isolation.Linux.Commands;

/// <summary>
/// Finds the processes of one command in a sandbox from outside. They descend from the command's reaper, or from init
/// if the command has none. At most one command at a time has no reaper. Init's own children, the reapers, are in
/// init's session; a payload begins in its own session and cannot return.
/// </summary>
internal static class CommandProcesses
{
    private const int LooksForQuiet = 10;

    /// <summary>Finds the processes at the top of a command's trees.</summary>
    /// <param name="init">The process id of init on the host.</param>
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

    /// <summary>Finds the command's reaper; null if it has none, or if the reaper is gone.</summary>
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

    /// <summary>Kills all current processes of a command.</summary>
    /// <param name="init">The process id of init on the host.</param>
    /// <param name="command">The command.</param>
    /// <param name="isPatient">
    /// Whether to continue a reaper that a payload with init's id has stopped; otherwise, the reaper is killed.
    /// </param>
    internal static void Kill(int init, RunningCommand command, bool isPatient)
    {
        bool foundAny = ProcessTree.KillTrees(() => Roots(init, command));
        if (FindReaper(init, command) is { } reaper && ProcessStatus.Read(reaper) is { State: 'T' or 't' } status)
        {
            // If the reaper has no children, only its report is lost.
            bool goesOn = foundAny || (command.HasStarted && isPatient);
            command.IsReaperGivenUp |= !goesOn;
            ProcessTree.Signal(reaper, status.StartTime, goesOn ? UnixSignal.SIGCONT : UnixSignal.SIGKILL);
        }
    }

    /// <summary>Checks for living processes of a command.</summary>
    /// <returns><see langword="true"/> only if there is certainly none, apart from zombies.</returns>
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
    /// Checks for processes of payloads among init's children. A check can miss a process that forks and exits, because
    /// its child can be adopted after the list was read. A check is therefore valid only if no process was created on
    /// the machine and none ended in the sandbox meanwhile. Returns null if it is invalid.
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

    /// <summary>Gets the id of the process created last, the last word of proc_loadavg(5).</summary>
    private static string LastProcess() => (CgroupFiles.Read("/proc/loadavg") ?? "").Split(' ')[^1];

    /// <summary>Sends a signal to the command's own process, if it exists.</summary>
    internal static void SignalMain(int init, RunningCommand command, int signal)
    {
        if (FindMain(init, command) is { } process && ProcessStatus.Read(process) is { } status)
        {
            ProcessTree.Signal(process, status.StartTime, (UnixSignal)signal);
        }
    }

    /// <summary>Returns whether the command's own process has ended, is exiting, or has a pending SIGKILL.</summary>
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
    /// Describes the progress of the processes that start a command, for comparison, if none of them runs and their
    /// starter waits for them: a process in vfork(2) can be woken only by a kill. Returns null if the start makes
    /// progress, has not begun, or is over.
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

    /// <summary>Gets the last value of a line of <c>/proc/PID/status</c>; empty if there is no such process.</summary>
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
