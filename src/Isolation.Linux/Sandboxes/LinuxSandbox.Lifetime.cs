using System.Collections.Immutable;
using System.Globalization;
using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Commands;
using Isolation.Linux.Errors;
using Isolation.Linux.Events;
using Isolation.Linux.FileSystem;
using Isolation.Linux.Host;
using Isolation.Linux.Identity;
using Isolation.Linux.Init;
using Isolation.Linux.Plans;
using Isolation.Linux.State;
using Isolation.Linux.Steps;
using Isolation.Linux.Streams;

namespace Isolation.Linux.Sandboxes;

/// <summary>Creates and ends the sandbox.</summary>
internal sealed partial class LinuxSandbox
{
    /// <summary>
    /// Whether the sandbox is being stopped, so that its disposal does not leave it to another application.
    /// </summary>
    private volatile bool _isStopping;

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
                plan.Sources, sandbox.ProcessId, sandbox._record?.Directory, cancellationToken).ConfigureAwait(false))
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
                plan.Sources, sandbox.ProcessId, null, cancellationToken).ConfigureAwait(false))
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
        _isStopping = true;
        await EndAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _record is null || _isStopping ? EndAsync() : LeaveAsync();

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
        if (_groups is not null)
        {
            await _groups.RemoveAsync().ConfigureAwait(false);
        }

        _watch?.Dispose();
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
        SandboxCgroups? groups = null;
        InitProcess? process = null;
        try
        {
            string groupName = plan.Cgroups?.Name
                ?? (states is null ? CgroupOwner.Current.NextName() : CgroupOwner.NameOf(states.Mark, id));
            if (plan.Cgroups is { } cgroups)
            {
                record?.Write(groupName, cgroups.Hierarchies);
            }

            groups = SandboxCgroups.Create(
                plan.Cgroups, groupName, isForOneRun, out ImmutableArray<NotApplied> notApplied);
            process = Launcher.Start(plan.Launch);
            if (record is not null)
            {
                DetachedRecord.Reached?.Invoke("launch init");
            }

            if (plan.IdMap is { } map)
            {
                await IdMapWriter.WriteAsync(process.Value.ProcessId, map, cancellationToken).ConfigureAwait(false);
            }

            if (plan.Launch.OutOfMemoryScore is null && specification.Hardening.OutOfMemoryScore is { } score)
            {
                // For an init in a new user namespace, the application sets the score, because it may have the
                // capability to lower it.
                SandboxErrors.Check(
                    CgroupFiles.Write(
                        $"/proc/{process.Value.ProcessId}/oom_score_adj", score.ToString(CultureInfo.InvariantCulture)),
                    "set the out-of-memory score to", score.ToString(CultureInfo.InvariantCulture),
                    StepKind.OutOfMemoryScore);
            }

            return new LinuxSandbox(specification, plan, process.Value, groups, notApplied, deadlines, id, record);
        }
        catch
        {
            process?.Abandon();
            if (groups is not null)
            {
                await groups.RemoveAsync().ConfigureAwait(false);
            }

            record?.Remove();
            throw;
        }
    }
}
