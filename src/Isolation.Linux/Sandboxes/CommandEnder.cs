using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Commands;
using Isolation.Linux.Init;
using Isolation.Linux.Plans;

namespace Isolation.Linux.Sandboxes;

/// <summary>
/// Signals and ends the commands of a sandbox. A command is identified by its object. The lock that orders the
/// programs sent to init also guards the check that the command still holds its entry, because entry numbers and
/// process ids may be reused.
/// </summary>
/// <param name="plan">The compiled setup of the sandbox.</param>
/// <param name="connection">The connection to init.</param>
/// <param name="slots">The commands of the sandbox.</param>
/// <param name="gate">The lock that guards the commands.</param>
/// <param name="sending">The lock that orders the programs sent to init.</param>
/// <param name="groups">The cgroups of the sandbox; null for none.</param>
internal sealed class CommandEnder(
    SandboxPlan plan, InitConnection connection, CommandSlots slots, Lock gate, Lock sending,
    SandboxCgroups? groups)
{
    private const int FirstRoundMilliseconds = 10;
    private const int LongestRoundMilliseconds = 1_000;
    private const int PatientRounds = 5;

    /// <summary>The time after which a reaper without children is checked: it may have been stopped.</summary>
    private const int ReaperMilliseconds = 2_000;

    private readonly SandboxEmptier _emptier = new(plan, connection, slots, gate, groups);

    /// <summary>
    /// The number of commands without a reaper that are being ended. Until that is done, every new command gets a
    /// reaper: children of init would be mistaken for processes of those commands, even if those are already gone.
    /// Guarded by the gate.
    /// </summary>
    private int _enders;

    /// <summary>Gets a value indicating whether a new command needs a reaper. The caller holds the gate.</summary>
    internal bool NeedsReaper => _enders > 0;

    /// <summary>Sends a signal to the command's own process, unless it has ended.</summary>
    internal void Signal(RunningCommand command, int signal)
    {
        if (command.ReaperName is not null)
        {
            CommandProcesses.SignalMain(connection.ProcessId, command, signal);
            return;
        }

        lock (sending)
        {
            lock (gate)
            {
                if (!slots.Holds(command) || command.HasMainExited)
                {
                    return;
                }
            }

            connection.Channel.TrySend(ControlPrograms.Signal(command.Entry, signal));
        }
    }

    /// <summary>
    /// Kills everything that a command started, on the thread pool: thousands of processes can take long to end.
    /// </summary>
    internal void End(RunningCommand command)
    {
        lock (gate)
        {
            if (!slots.Holds(command) || !command.TryBeginEnding())
            {
                return;
            }

            if (command.ReaperName is null)
            {
                CountEnder(command);
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(
            static state => _ = state.Ender.EndAsync(state.Command), (Ender: this, Command: command), false);
    }

    /// <summary>Counts a command that is being ended without a reaper. The caller holds the gate.</summary>
    internal void CountEnder(RunningCommand command)
    {
        _enders += command.CountsAsEnder ? 0 : 1;
        command.CountsAsEnder = true;
    }

    /// <summary>Ends a command whose reaper has no children and does not end by itself.</summary>
    internal async Task EndLateAsync(RunningCommand command)
    {
        await Task.WhenAny(command.Gone, Task.Delay(ReaperMilliseconds)).ConfigureAwait(false);
        if (!command.IsGone)
        {
            End(command);
        }
    }

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
            lock (gate)
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
            CommandProcesses.Kill(connection.ProcessId, command, isPatient);
        }

        lock (sending)
        {
            lock (gate)
            {
                if (!slots.Holds(command))
                {
                    return;
                }
            }

            // No other command can start between the check and the message.
            if (_emptier.TryKill(command))
            {
                return;
            }
        }

        if (command.Group?.TryKillOnce() != true)
        {
            CommandProcesses.Kill(connection.ProcessId, command, isPatient);
        }
    }

    private bool IsEmpty(RunningCommand command)
    {
        lock (gate)
        {
            if (_emptier.IsEmptying(command))
            {
                return false;
            }
        }

        return command.Group?.IsEmpty() ?? CommandProcesses.IsEmpty(connection.ProcessId, command);
    }

    /// <summary>Handles init's report that it has killed all processes and waited for them.</summary>
    internal void OnEmptied()
    {
        (RunningCommand? command, TaskCompletionSource<RunningCommand?>? emptying) = _emptier.Complete();
        if (command is not null)
        {
            Release(command);
        }

        emptying?.TrySetResult(command);
    }

    /// <summary>Releases a command without remaining processes.</summary>
    /// <param name="command">The command.</param>
    /// <param name="complete">
    /// Completes the command once its entry is free, so that a command that starts afterwards is alone; null if it is
    /// completed already, or completes by itself.
    /// </param>
    internal void Release(RunningCommand command, Action? complete = null)
    {
        bool isFirst;
        lock (gate)
        {
            isFirst = slots.TryRelease(command, plan.IsDetached);
        }

        complete?.Invoke();
        if (isFirst)
        {
            command.OnGone();
        }
    }

    /// <summary>Waits until init is not about to kill all processes.</summary>
    internal ValueTask WaitUntilEmptiedAsync(CancellationToken cancellationToken) =>
        _emptier.WaitUntilEmptiedAsync(cancellationToken);
}
