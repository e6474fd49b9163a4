using Isolation.Linux.Commands;
using Isolation.Linux.Init;

namespace Isolation.Linux.Sandboxes;

/// <summary>
/// Signals to commands, and their end. A command is identified by the object that stands for it, and whether it still
/// holds its entry is looked at under the lock that orders the programs sent to init: the number of an entry, or of a
/// process, may belong to another command by now.
/// </summary>
internal sealed partial class LinuxSandbox
{
    private const int FirstRoundMilliseconds = 10;
    private const int LongestRoundMilliseconds = 1_000;
    private const int LooksForSignal = 5;
    private const int PatientRounds = 5;

    /// <summary>After how long a reaper that has nothing left to reap is looked at: it may have been stopped.</summary>
    private const int ReaperMilliseconds = 2_000;

    /// <summary>After how long a sandbox that is told to end is looked at.</summary>
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Completes when init has emptied the sandbox after a command that left something behind; null while it is not
    /// about to. Nothing is started meanwhile, for it would be killed. Guarded by <see cref="_gate"/>.
    /// </summary>
    private TaskCompletionSource<RunningCommand?>? _emptying;

    /// <summary>The command that <see cref="_emptying"/> is about.</summary>
    private RunningCommand? _emptied;

    /// <summary>
    /// How many commands without a reaper are being ended. Until that is done every new command has a reaper: what
    /// hangs from init would be taken for theirs, also in the moment in which they are already gone. Guarded by
    /// <see cref="_gate"/>.
    /// </summary>
    private int _enders;

    /// <summary>Whether init may kill all that it can reach: that is the sandbox and nothing else.</summary>
    private bool CanKillAll => _setup.OwnsProcesses || _setup.InitEndsAll;

    /// <summary>Sends a signal to the command's own process, unless that has ended.</summary>
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
    /// Ends everything that a command started, on the thread pool: that can take as long as thousands of processes take
    /// to die.
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

    /// <summary>Ends a command whose reaper has nothing left to reap and does not end by itself.</summary>
    private async Task EndLateAsync(RunningCommand command)
    {
        await Task.WhenAny(command.Gone, Task.Delay(ReaperMilliseconds)).ConfigureAwait(false);
        if (!command.IsGone)
        {
            End(command);
        }
    }

    /// <summary>The CPU time of a command so far, with what its process took before it became the payload.</summary>
    public TimeSpan ReadCpuTime(RunningCommand command) =>
        command.Group?.ReadCpuTime()
        ?? (command.OwnsSandbox ? ProcessCpuTime.ReadAll(ProcessId)
            : CommandProcesses.FindReaper(ProcessId, command) is { } reaper ? ProcessCpuTime.ReadAll(reaper)
            : ProcessCpuTime.Read(CommandProcesses.Roots(ProcessId, command)));

    /// <summary>
    /// Whether the command's process was on its way out already when its time was over, because memory had run out.
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

    /// <summary>What the start of a command waits for; null if it goes on, or has not begun.</summary>
    public string? FindStuckStart(RunningCommand command) => CommandProcesses.FindStuckStart(ProcessId, command);

    /// <summary>
    /// Kills until nothing is left. Every round is enough for all that is there; what takes longer is dying, or was
    /// just made, and is waited for. The sandbox itself is never ended for it: others may run in it.
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
                // What could not be read or sent this time is tried again.
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
            // Init may be held up by the start, and would not hear of it. What is started by then does not run on
            // either.
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

            // No other command can be started between the look and the message.
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

    /// <summary>
    /// Leaves it to init, which outruns every fork, if the command is all that there is in the sandbox.
    /// </summary>
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

    /// <summary>Init has killed everything and waited for it.</summary>
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

    /// <summary>Nothing is left of a command.</summary>
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

    /// <summary>Waits until init is not about to kill everything that there is.</summary>
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
    /// Ends everything in a sandbox that has no PID namespace of its own, which would end it with init.
    /// </summary>
    private async ValueTask EndProcessesAsync()
    {
        // A payload of init's user may have stopped it.
        _connection.Signal(UnixSignal.SIGCONT);
        if (_setup.InitEndsAll)
        {
            while (!await _connection.TryEndByItselfAsync(KillPatience, Time).ConfigureAwait(false)
                && ProcessTree.KillDescendants(ProcessId))
            {
                // What is dying is waited for: init would leave it to whoever reaps the application's orphans.
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
            // Init has ended; so has everything that the program was for.
        }
    }
}
