using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Commands;
using Isolation.Linux.Events;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Parts;
using Isolation.Linux.State;

namespace Isolation.Linux.Sandboxes;

/// <summary>Implements the sandbox that outlives its application.</summary>
internal sealed partial class LinuxSandbox
{
    /// <summary>The recorded state; null unless the sandbox outlives its application.</summary>
    private readonly DetachedRecord? _record;

    /// <summary>Completes when init has confirmed that the sandbox is attached, or from now on survives.</summary>
    private readonly TaskCompletionSource _confirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool KeepsResults => _record is not null;

    /// <summary>Attaches to a sandbox whose state belongs to this process.</summary>
    internal static async Task<LinuxSandbox> AttachAsync(
        SandboxDirectory directory, SandboxState state, int pidfd, DeadlineQueue deadlines,
        CancellationToken cancellationToken)
    {
        InitPatience patience = new(state.Id, pidfd, cancellationToken);
        InitChannel? channel = null;
        DetachedRecord? record = null;
        LinuxSandbox sandbox;
        ImmutableArray<CommandState> commands;
        try
        {
            record = DetachedRecord.Open(directory);
            channel = await directory.ConnectAsync(state, patience).ConfigureAwait(false);
            DetachedRecord.Reached?.Invoke("connect");
            SandboxReport report = record.ReadReport();
            SandboxSpecification specification = record.ReadSpecification();
            specification.Validate();
            SandboxLimits? limits = record.ReadLimits() ?? specification.Limits;
            commands = record.ReadCommands();
            SandboxCgroups? groups = limits is not null && DetachedRecord.ReadCgroups(directory) is { } cgroups
                ? SandboxCgroups.Attach(
                    [.. cgroups.Hierarchies.Select(
                        one => CgroupPlan.Restore(one.Version, one.Parent, one.Controllers, limits))],
                    cgroups.Name, commands.Select(command => command.Group).OfType<string>().ToHashSet())
                : null;
            SandboxPreparation preparation = new(state.Id, record, isForOneRun: false)
            {
                ProcessId = state.Init.ProcessId,
            };
            preparation.Take(groups);

            // From here on, the sandbox owns the descriptors.
            sandbox = new LinuxSandbox(
                specification, state.Plan.Restore(specification),
                new InitProcess(state.Init.ProcessId, pidfd, channel) { IsChild = false }, preparation, deadlines,
                record)
            {
                Limits = limits,
                Report = report,
                _commands = record.FindLastNumber(),
            };
        }
        catch
        {
            channel?.Dispose();
            Kernel.close(pidfd);
            record?.Dispose();
            directory.Dispose();
            throw;
        }

        try
        {
            if (sandbox._groups is { IsFrozen: true })
            {
                await sandbox._turn.WaitAsync(cancellationToken).ConfigureAwait(false);
                sandbox._freezeHasTurn = 1;
            }

            // Messages about a command have a receiver before init sends them.
            foreach (CommandState command in commands)
            {
                sandbox.Adopt(command);
            }

            sandbox._receiving = sandbox.ReceiveAsync();
            await patience.WaitAsync(sandbox._confirmed.Task).ConfigureAwait(false);
            sandbox.RefreshAll();
            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public void Collect(RunningCommand command)
    {
        if (_record is null)
        {
            return;
        }

        lock (_gate)
        {
            _entries.Collect(command);
        }

        if (command.IsGone)
        {
            _record.Forget(command.Number);
            command.RemoveGroup();
        }
        else
        {
            _record.MarkCollected(StateOf(command));
        }
    }

    public void OnGone(RunningCommand command)
    {
        if (_record is null)
        {
            return;
        }

        bool isCollected;
        lock (_gate)
        {
            isCollected = command.IsCollected;
        }

        if (isCollected)
        {
            Collect(command);
        }
    }

    private static CommandState StateOf(RunningCommand command) => CommandState.Of(
        command.Command, command.Number, command.Entry, command.ReaperName, command.Group?.Groups.Name,
        command.FilterKills);

    /// <summary>Records the sandbox, and lets it survive this application from then on.</summary>
    private async Task DetachAsync(DetachedRecord record, CancellationToken cancellationToken)
    {
        byte[] secret = SandboxDirectory.CreateSecret();
        record.Complete(
            new SandboxState
            {
                Protocol = InitMessage.Version,
                Id = Id,
                Name = Specification.Name,
                UserId = Kernel.geteuid(),
                CreatedAt = Time.GetUtcNow(),
                Init = ProcessIdentity.Of(ProcessId),
                Secret = secret,
                Plan = PlanState.Of(_plan),
            },
            Specification, Report);
        _connection.Channel.Send(ControlPrograms.MakeDetachable(secret), default, default);
        DetachedRecord.Reached?.Invoke("let init survive");
        await _confirmed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Releases the sandbox, which continues.</summary>
    private async ValueTask LeaveAsync()
    {
        lock (_gate)
        {
            _isDisposed = true;
        }

        // From here on, no call that still runs changes the cgroups or the record.
        _groups?.Leave();
        _record!.Dispose();
        DetachedRecord.Reached?.Invoke("release the lock");
        _watch?.Dispose();
        _connection.Leave();
        await _receiving.ConfigureAwait(false);
        ReleaseTurnOfFreeze();
    }
}
