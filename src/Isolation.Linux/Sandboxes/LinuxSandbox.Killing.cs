using Isolation.Linux.Commands;
using Isolation.Linux.Init;

namespace Isolation.Linux.Sandboxes;

/// <summary>
/// Implements signals to commands, and their end. A command is identified by its object. The lock that orders the
/// programs sent to init also guards the check that the command still holds its entry, because entry numbers and
/// process ids may be reused.
/// </summary>
internal sealed partial class LinuxSandbox
{
    private const int FirstRoundMilliseconds = 10;
    private const int LongestRoundMilliseconds = 1_000;
    private const int LooksForSignal = 5;
    private const int PatientRounds = 5;

    /// <summary>The time after which a reaper without children is checked: it may have been stopped.</summary>
    private const int ReaperMilliseconds = 2_000;

    /// <summary>The time after which a sandbox that should end is checked.</summary>
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Completes when init has emptied the sandbox after a command that left processes behind; null otherwise. No
    /// command starts meanwhile, because it would be killed. Guarded by <see cref="_gate"/>.
    /// </summary>
    private TaskCompletionSource<RunningCommand?>? _emptying;

    /// <summary>The command to which <see cref="_emptying"/> applies.</summary>
    private RunningCommand? _emptied;

    /// <summary>
    /// The number of commands without a reaper that are being ended. Until that is done, every new command gets a
    /// reaper: children of init would be mistaken for processes of those commands, even if those are already gone.
    /// Guarded by <see cref="_gate"/>.
    /// </summary>
    private int _enders;

    /// <summary>Gets whether init can reach only processes of the sandbox, and may kill all of them.</summary>
    private bool CanKillAll => _setup.OwnsProcesses || _setup.InitEndsAll;

    /// <summary>Sends a signal to the command's own process, unless it has ended.</summary>
    public void Signal(RunningCommand command, int signal)
    {
        if (command.ReaperName is not null)
        {
            CommandProcesses.SignalMain(ProcessId, command, signal);
            return;
        }

        lock (_sending)
        {
            lock (_gate)
            {
                if (!_entries.Holds(command) || command.HasMainExited)
                {
                    return;
                }
            }

            SendSafely(ControlPrograms.Signal(command.Entry, signal));
        }
    }

    /// <summary>
    /// Kills everything that a command started, on the thread pool: thousands of processes can take long to end.
    /// </summary>
    public void End(RunningCommand command)
    {
        lock (_gate)
        {
            if (!_entries.Holds(command) || !command.TryBeginEnding())
            {
                return;
            }

            if (command.ReaperName is null)
            {
                CountEnder(command);
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(
            static state => _ = state.Sandbox.EndAsync(state.Command), (Sandbox: this, Command: command), false);
    }

    private void CountEnder(RunningCommand command)
    {
        _enders += command.CountsAsEnder ? 0 : 1;
        command.CountsAsEnder = true;
    }

    /// <summary>Ends a command whose reaper has no children and does not end by itself.</summary>
    private async Task EndLateAsync(RunningCommand command)
    {
        await Task.WhenAny(command.Gone, Task.Delay(ReaperMilliseconds)).ConfigureAwait(false);
        if (!command.IsGone)
        {
            End(command);
        }
    }

    /// <summary>Reads the CPU time of a command, including the time before its process became the payload.</summary>
    public TimeSpan ReadCpuTime(RunningCommand command) =>
        command.Group?.ReadCpuTime()
        ?? (command.OwnsSandbox ? ProcessCpuTime.ReadAll(ProcessId)
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
    /// Kills until no process is left. Each round kills all existing processes. Further rounds wait for those that are
    /// dying or new. The sandbox itself is never ended, because other commands may run in it.
    /// </summary>
    private async Task EndAsync(RunningCommand command)
    {
        try
        {
            await EndUntilGoneAsync(command).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _enders -= command.CountsAsEnder ? 1 : 0;
            }
        }
    }

    private async Task EndUntilGoneAsync(RunningCommand command)
    {
        for (int round = 0; ; round++)
        {
            try
            {
                EndOnce(command, round < PatientRounds);
                bool hangsFromInit = command.ReaperName is null && (command.HasMainExited || command.HasLostReaper);
                if (!command.IsGone && hangsFromInit && IsEmpty(command))
                {
                    Release(command);
                }
            }
            catch (Exception exception)
                when (exception is IOException or SandboxException or UnauthorizedAccessException)
            {
                // Failed reads and sends are retried in the next round.
            }

            if (command.IsGone)
            {
                return;
            }

            Task next = command.HasMainExited ? command.Gone : Task.WhenAny(command.Gone, command.MainExited);
            await Task.WhenAny(
                next, Task.Delay(Math.Min(FirstRoundMilliseconds << Math.Min(round, 10), LongestRoundMilliseconds)))
                .ConfigureAwait(false);
        }
    }

    private void EndOnce(RunningCommand command, bool isPatient)
    {
        if (!command.HasStarted)
        {
            // The start may block init, which would then not read the message. Commands started by then are killed as
            // well.
            CommandProcesses.Kill(ProcessId, command, isPatient);
        }

        lock (_sending)
        {
            lock (_gate)
            {
                if (!_entries.Holds(command))
                {
                    return;
                }
            }

            // No other command can start between the check and the message.
            if (TryEndAsOnly(command))
            {
                return;
            }
        }

        if (command.Group?.TryKillOnce() != true)
        {
            CommandProcesses.Kill(ProcessId, command, isPatient);
        }
    }

    /// <summary>Lets init kill the command, despite any forks, if the sandbox contains no other command.</summary>
    private bool TryEndAsOnly(RunningCommand command)
    {
        bool empties = command.HasMainExited;
        lock (_gate)
        {
            if (!CanKillAll || _entries.Count > 1 || command.ReaperName is not null)
            {
                return false;
            }

            if (empties && _emptying is not null)
            {
                return true;
            }

            if (empties)
            {
                _emptying = new TaskCompletionSource<RunningCommand?>(
                    TaskCreationOptions.RunContinuationsAsynchronously);
                _emptied = command;
            }
        }

        SendSafely(empties ? ControlPrograms.Empty() : ControlPrograms.KillAll());
        if (_groups is { IsFrozen: true })
        {
            _groups.Kill();
        }

        return true;
    }

    private bool IsEmpty(RunningCommand command)
    {
        lock (_gate)
        {
            if (_emptied == command)
            {
                return false;
            }
        }

        return command.Group?.IsEmpty() ?? CommandProcesses.IsEmpty(ProcessId, command);
    }

    /// <summary>Handles init's report that it has killed all processes and waited for them.</summary>
    private void OnEmptied()
    {
        RunningCommand? command;
        TaskCompletionSource<RunningCommand?>? emptying;
        lock (_gate)
        {
            (command, emptying) = (_emptied, _emptying);
            (_emptied, _emptying) = (null, null);
        }

        if (command is not null)
        {
            Release(command);
        }

        emptying?.TrySetResult(command);
    }

    /// <summary>Releases a command without remaining processes.</summary>
    private void Release(RunningCommand command)
    {
        bool isFirst;
        lock (_gate)
        {
            isFirst = _entries.TryRelease(command);
        }

        if (isFirst)
        {
            command.OnGone();
        }
    }

    /// <summary>Waits until init is not about to kill all processes.</summary>
    private async ValueTask WaitUntilEmptiedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task? emptying;
            lock (_gate)
            {
                emptying = _emptying?.Task;
            }

            if (emptying is null)
            {
                return;
            }

            await emptying.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Ends all processes in a sandbox without its own PID namespace, which would end with init.
    /// </summary>
    private async ValueTask EndProcessesAsync()
    {
        // A payload with init's user may have stopped init.
        _connection.Signal(UnixSignal.SIGCONT);
        if (_setup.InitEndsAll)
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

    private void SendSafely(ReadOnlySpan<byte> program)
    {
        try
        {
            _connection.Send(program, default, default);
        }
        catch (Exception exception) when (exception is SandboxException or ObjectDisposedException)
        {
            // Init has ended, so the program is no longer needed.
        }
    }
}
