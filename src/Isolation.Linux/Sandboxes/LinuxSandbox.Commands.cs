using Isolation.Linux.Commands;

namespace Isolation.Linux.Sandboxes;

/// <summary>Implements what the commands need from the sandbox.</summary>
internal sealed partial class LinuxSandbox
{
    private const int LooksForSignal = 5;

    /// <summary>The time after which a sandbox that should end is checked.</summary>
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(5);

    private readonly CommandEnder _ender;

    public void Signal(RunningCommand command, int signal)
    {
        if (command.IsInPlace)
        {
            _connection.Signal((UnixSignal)signal);
        }
        else
        {
            _ender.Signal(command, signal);
        }
    }

    public void End(RunningCommand command)
    {
        if (command.IsInPlace)
        {
            // The kernel ends the other processes of the PID namespace.
            _connection.Kill();
            if (_groups is { IsFrozen: true })
            {
                _groups.Kill();
            }
        }
        else
        {
            _ender.End(command);
        }
    }

    /// <summary>Reads the CPU time of a command, including the time before its process became the payload.</summary>
    public TimeSpan ReadCpuTime(RunningCommand command) =>
        command.Group?.ReadCpuTime()
        ?? (command.IsInPlace ? ProcessCpuTime.Read([ProcessId])
            : command.OwnsSandbox ? ProcessCpuTime.ReadAll(ProcessId)
            : CommandProcesses.FindReaper(ProcessId, command) is { } reaper ? ProcessCpuTime.ReadAll(reaper)
            : ProcessCpuTime.Read(CommandProcesses.Roots(ProcessId, command)));

    /// <summary>
    /// Returns whether the command's process was already dying for lack of memory when its time was over.
    /// </summary>
    public bool IsDyingOfMemory(RunningCommand command)
    {
        if (command.Group?.ReadUsage() is not { OutOfMemoryKills: > 0 })
        {
            return false;
        }

        // The kernel counts first, and sends the signal then.
        for (int look = 0; look < LooksForSignal; look++)
        {
            if (CommandProcesses.IsMainEnding(ProcessId, command))
            {
                return true;
            }

            Thread.Sleep(1);
        }

        return false;
    }

    /// <summary>Describes where the start of a command hangs; null if it makes progress, or has not begun.</summary>
    public string? FindStuckStart(RunningCommand command) => CommandProcesses.FindStuckStart(ProcessId, command);

    /// <summary>
    /// Ends all processes in a sandbox without its own PID namespace, which would end with init.
    /// </summary>
    private async ValueTask EndProcessesAsync()
    {
        // A payload with init's user may have stopped init.
        _connection.Signal(UnixSignal.SIGCONT);
        if (_plan.InitEndsAll)
        {
            while (!await _connection.TryEndByItselfAsync(KillPatience, Time).ConfigureAwait(false)
                && ProcessTree.KillDescendants(ProcessId))
            {
                // Waits for dying processes: init would leave them to the reaper of the application's orphans.
                _connection.Signal(UnixSignal.SIGCONT);
            }

            _groups?.Kill();
        }

        if (!_connection.HasEndedByItself)
        {
            ProcessTree.KillDescendants(ProcessId);
            _groups?.Kill();
            for (int round = 0; ProcessTree.Children(ProcessId).Any(); round++)
            {
                await Task.Delay(Math.Min(1 + round, 50)).ConfigureAwait(false);
                ProcessTree.KillDescendants(ProcessId);
                _connection.Signal(UnixSignal.SIGCONT);
            }
        }
    }
}
