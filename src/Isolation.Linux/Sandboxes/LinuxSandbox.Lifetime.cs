using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Commands;
using Isolation.Linux.Events;
using Isolation.Linux.Init;
using Isolation.Linux.Parts;
using Isolation.Linux.Plans;
using Isolation.Linux.State;
using Isolation.Linux.Streams;

namespace Isolation.Linux.Sandboxes;

/// <summary>Creates and ends the sandbox.</summary>
internal sealed partial class LinuxSandbox
{
    /// <summary>
    /// The decision whether the sandbox is left to another application or ended; null until it is made. Guarded by
    /// <see cref="_gate"/>.
    /// </summary>
    private bool? _isLeft;

    /// <summary>Creates a sandbox that waits for commands.</summary>
    internal static async Task<LinuxSandbox> CreateAsync(
        SandboxSpecification specification, SandboxPlan plan, DeadlineQueue deadlines, StateDirectory? states,
        CancellationToken cancellationToken)
    {
        LinuxSandbox sandbox = await LaunchAsync(specification, plan, false, deadlines, states, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            using (PassedDescriptors sources = await PassedDescriptors.OpenAsync(
                plan.Sources, sandbox._preparation, cancellationToken).ConfigureAwait(false))
            {
                sandbox._connection.Channel.Send(plan.Program, default, sources.Descriptors);
            }

            sandbox._receiving = sandbox.ReceiveAsync();
            sandbox._groups?.PrepareRun();
            sandbox.Report = sandbox.Complete(
                await sandbox._ready.Task.WaitAsync(cancellationToken).ConfigureAwait(false));
            if (sandbox._record is { } record)
            {
                await sandbox.DetachAsync(record, cancellationToken).ConfigureAwait(false);
            }

            return sandbox;
        }
        catch
        {
            sandbox.DecideToLeave(false);
            await sandbox.EndAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Creates a sandbox that ends with its only command.</summary>
    internal static async Task<SandboxResult> RunOnceAsync(
        SandboxSpecification specification, SandboxCommand command, SandboxPlan plan, DeadlineQueue deadlines,
        CancellationToken cancellationToken)
    {
        CommandStreams streams = CommandStreams.Open(
            command, Payload.Of(command, specification, plan, isOnly: true), makesTerminals: false);
        LinuxSandbox? sandbox = null;
        try
        {
            sandbox = await LaunchAsync(specification, plan, true, deadlines, null, cancellationToken)
                .ConfigureAwait(false);
            RunningCommand running;
            using (PassedDescriptors sources = await PassedDescriptors.OpenAsync(
                plan.Sources, sandbox._preparation, cancellationToken).ConfigureAwait(false))
            {
                running = sandbox.Send(
                    command, streams, CommandOptions.ExitWithCommand, plan.ProgramBeforeCommand, sources);
            }

            sandbox._receiving = sandbox.ReceiveAsync();
            using CancellationTokenRegistration cancellation = Register(running, cancellationToken);
            SandboxResult result = await running.Exited.ConfigureAwait(false);
            return result with { Report = sandbox.ReportOfRun() };
        }
        catch
        {
            streams.Dispose();
            throw;
        }
        finally
        {
            if (sandbox is not null)
            {
                await sandbox.EndAsync().ConfigureAwait(false);
            }
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(DecideToLeave(false), this);
        await EndAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => DecideToLeave(_record is not null) ? LeaveAsync() : EndAsync();

    /// <summary>
    /// Decides whether the sandbox is left to another application, unless an earlier call has decided. Returns the
    /// decision.
    /// </summary>
    private bool DecideToLeave(bool leaves)
    {
        lock (_gate)
        {
            _isLeft ??= leaves;
            return _isLeft.Value;
        }
    }

    /// <summary>Ends the sandbox, and removes everything that belongs to it.</summary>
    private async ValueTask EndAsync()
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                foreach (RunningCommand running in _entries.Running)
                {
                    running.MarkDisposed();
                }
            }
        }

        EndFreeze();
        if (_record is not null)
        {
            _connection.Channel.TrySend(ControlPrograms.EndWithApplication());
        }

        if (!_plan.OwnsProcesses)
        {
            await EndProcessesAsync().ConfigureAwait(false);
        }

        if (_inPlace is not null)
        {
            // The receiver reads the status of the process before anybody else does.
            _connection.Kill();
            await _receiving.ConfigureAwait(false);
        }

        await _connection.DisposeAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        EndGuard();
        _watch?.Dispose();
        await _preparation.RemoveAsync().ConfigureAwait(false);
        if (_record is not null)
        {
            DetachedRecord.Reached?.Invoke("end init");
            _record.Remove();
        }
    }

    private static async ValueTask<LinuxSandbox> LaunchAsync(
        SandboxSpecification specification, SandboxPlan plan, bool isForOneRun, DeadlineQueue deadlines,
        StateDirectory? states, CancellationToken cancellationToken)
    {
        string id = SandboxId.Next(specification.Name);
        DetachedRecord? record = states is null ? null : DetachedRecord.Create(states.Create(id));
        SandboxPreparation preparation = new(id, record, isForOneRun)
        {
            CgroupName = states is null ? null : CgroupOwner.NameOf(states.Mark, id),
        };
        InitProcess? process = null;
        try
        {
            foreach (SandboxPart part in plan.Parts)
            {
                part.PrepareHost(preparation);
            }

            process = Launcher.Start(plan.Launch);
            preparation.ProcessId = process.Value.ProcessId;
            if (record is not null)
            {
                DetachedRecord.Reached?.Invoke("launch init");
            }

            foreach (SandboxPart part in plan.Parts)
            {
                await part.PrepareInitAsync(preparation, cancellationToken).ConfigureAwait(false);
            }

            return new LinuxSandbox(specification, plan, process.Value, preparation, deadlines, record);
        }
        catch
        {
            process?.Abandon();
            await preparation.RemoveAsync().ConfigureAwait(false);
            record?.Remove();
            throw;
        }
    }
}
