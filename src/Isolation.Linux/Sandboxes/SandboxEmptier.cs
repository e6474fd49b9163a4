using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Commands;
using Isolation.Linux.Init;
using Isolation.Linux.Plans;

namespace Isolation.Linux.Sandboxes;

/// <summary>
/// Lets init kill all processes of the sandbox at once, for a command that is alone in it. No process escapes by
/// forking.
/// </summary>
/// <param name="plan">The compiled setup of the sandbox.</param>
/// <param name="connection">The connection to init.</param>
/// <param name="slots">The commands of the sandbox.</param>
/// <param name="gate">The lock that guards the commands.</param>
/// <param name="groups">The cgroups of the sandbox; null for none.</param>
internal sealed class SandboxEmptier(
    SandboxPlan plan, InitConnection connection, CommandSlots slots, Lock gate, SandboxCgroups? groups)
{
    /// <summary>
    /// Completes when init has emptied the sandbox after a command that left processes behind; null otherwise. No
    /// command starts meanwhile, because it would be killed. Guarded by the gate.
    /// </summary>
    private TaskCompletionSource<RunningCommand?>? _emptying;

    /// <summary>The command to which <see cref="_emptying"/> applies.</summary>
    private RunningCommand? _emptied;

    /// <summary>Gets whether init can reach only processes of the sandbox, and may kill all of them.</summary>
    private bool CanKillAll => plan.OwnsProcesses || plan.InitEndsAll;

    /// <summary>Lets init kill the command, despite any forks, if the sandbox contains no other command.</summary>
    internal bool TryKill(RunningCommand command)
    {
        bool empties = command.HasMainExited;
        lock (gate)
        {
            if (!CanKillAll || slots.Count > 1 || command.ReaperName is not null)
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

        connection.Channel.TrySend(empties ? ControlPrograms.Empty() : ControlPrograms.KillAll());
        if (groups is { IsFrozen: true })
        {
            groups.Kill();
        }

        return true;
    }

    /// <summary>Returns whether init empties the sandbox after a command. The caller holds the gate.</summary>
    internal bool IsEmptying(RunningCommand command) => _emptied == command;

    /// <summary>Ends the emptying of the sandbox.</summary>
    /// <returns>The command that was ended, and the source of the task to complete.</returns>
    internal (RunningCommand? Command, TaskCompletionSource<RunningCommand?>? Emptying) Complete()
    {
        lock (gate)
        {
            (RunningCommand?, TaskCompletionSource<RunningCommand?>?) ended = (_emptied, _emptying);
            (_emptied, _emptying) = (null, null);
            return ended;
        }
    }

    /// <summary>Waits until init is not about to kill all processes.</summary>
    internal async ValueTask WaitUntilEmptiedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task? emptying;
            lock (gate)
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
}
