using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Commands;
using Isolation.Linux.Errors;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Sandboxes;

/// <summary>Implements the cgroups of the sandbox.</summary>
internal sealed partial class LinuxSandbox
{
    /// <summary>Null if the specification has no limits, or if the host has no cgroups and none was required.</summary>
    private readonly SandboxCgroups? _groups;

    /// <summary>Serializes freezing and thawing.</summary>
    private readonly SemaphoreSlim _freezing = new(1, 1);

    /// <summary>1 while the sandbox is frozen. No other caller starts a command during that time.</summary>
    private int _freezeHasTurn;

    public SandboxUsage ReadUsage()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
        }

        return _groups?.ReadUsage() ?? ProcessTree.ReadUsage(ProcessId);
    }

    public SandboxLimits? Limits { get; private set; }

    internal SandboxCgroups? Groups => _groups;

    public async Task<ImmutableArray<NotApplied>> ChangeLimitsAsync(
        SandboxLimits limits, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(limits);
        limits.Validate();
        SandboxCgroups groups = RequireGroups("change the limits of the sandbox");
        if ((limits.ParentGroup, limits.CgroupPath) != (Limits?.ParentGroup, Limits?.CgroupPath))
        {
            throw new ArgumentException(
                "A sandbox stays in its original cgroup: ParentGroup and CgroupPath must not change.",
                nameof(limits));
        }

        CgroupPlan plan = groups.Place(CgroupPlan.Make(limits, HostFiles.Current, _plan.Cgroups?.Delegation)!);
        _record?.Write(groups.Name, groups.Hierarchies.Concat(plan.Hierarchies));
        bool needsTurn = groups.NeedsFurther(plan);
        if (needsTurn && groups.IsFrozen)
        {
            throw SandboxErrors.Refuse(
                new ProgramStep("move the sandbox's processes into another cgroup", null, StepKind.JoinGroup),
                Errno.EBUSY, "the sandbox is frozen", "Thaw the sandbox first.");
        }

        if (needsTurn)
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            if (needsTurn)
            {
                await WaitForStartsAsync(cancellationToken).ConfigureAwait(false);
            }

            ImmutableArray<NotApplied> refused = groups.Change(plan);
            _record?.Write(groups.Name, groups.Hierarchies);
            Limits = limits;
            _record?.Write(limits);
            return [.. plan.NotApplied, .. refused];
        }
        finally
        {
            if (needsTurn)
            {
                _turn.Release();
            }
        }
    }

    public async Task FreezeAsync(CancellationToken cancellationToken = default)
    {
        SandboxCgroups groups = RequireGroups("freeze the sandbox");
        await _freezing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (groups.IsFrozen)
            {
                return;
            }

            // No command starts until the sandbox is thawed: one that is frozen during its start would block init.
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _freezeHasTurn, 1);
            try
            {
                await AddFreezerAsync(groups, cancellationToken).ConfigureAwait(false);
                await WaitForStartsAsync(cancellationToken).ConfigureAwait(false);
                await groups.SetFrozenAsync(true, cancellationToken).ConfigureAwait(false);
                RequireGroups("freeze the sandbox");
            }
            catch
            {
                ReleaseTurnOfFreeze();
                throw;
            }
        }
        finally
        {
            _freezing.Release();
        }
    }

    public async Task ThawAsync(CancellationToken cancellationToken = default)
    {
        SandboxCgroups groups = RequireGroups("thaw the sandbox");
        await _freezing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (groups.IsFrozen)
            {
                await groups.SetFrozenAsync(false, cancellationToken).ConfigureAwait(false);
                ReleaseTurnOfFreeze();
            }
        }
        finally
        {
            _freezing.Release();
        }
    }

    public IAsyncEnumerable<SandboxEvent> WatchAsync(
        SandboxWatch? watch = null, CancellationToken cancellationToken = default)
    {
        watch ??= new SandboxWatch();
        watch.Validate();
        return WatchAsync(RequireGroups("watch the sandbox"), watch, cancellationToken);
    }

    private async IAsyncEnumerable<SandboxEvent> WatchAsync(
        SandboxCgroups groups, SandboxWatch wanted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const SandboxEventKinds Limits = SandboxEventKinds.OutOfMemory | SandboxEventKinds.MemoryHigh
            | SandboxEventKinds.ProcessesRefused;
        bool isNamed = (wanted.Kinds & ~Limits) > 0 || !wanted.Pressure.IsDefaultOrEmpty;
        if (!groups.HasFreezer && (isNamed || wanted.Kinds is null))
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await AddFreezerAsync(groups, cancellationToken).ConfigureAwait(false);
            }
            catch (SandboxException) when (!isNamed)
            {
                // Fields that only such a cgroup reports were not requested by name.
            }
            finally
            {
                _turn.Release();
            }
        }

        using CgroupWatch watch = CgroupWatch.Open(groups, wanted);
        await foreach (SandboxEvent happened in watch.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return happened;
        }
    }

    private SandboxCgroups RequireGroups(string action)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
        }

        return _groups ?? throw SandboxErrors.Refuse(
            new ProgramStep(action, null), Errno.ENOTSUP, "the sandbox has no cgroups",
            "Set SandboxSpecification.Limits; an empty SandboxLimits is enough. If cgroups are only preferred, "
                + "see Report.NotApplied for the reason.");
    }

    /// <summary>Adds a cgroup that can be frozen. The caller must hold the turn.</summary>
    private async Task AddFreezerAsync(SandboxCgroups groups, CancellationToken cancellationToken)
    {
        if (groups.HasFreezer)
        {
            return;
        }

        await WaitForStartsAsync(cancellationToken).ConfigureAwait(false);
        if (!CgroupLayout.ReadFor(Specification.Limits!, HostFiles.Current, _plan.Cgroups?.Delegation)
            .TryFind(LimitControllers.Freezer, out ControllerMount? place, out Obstacle? obstacle))
        {
            throw SandboxErrors.Refuse(
                new ProgramStep("add a freezer cgroup to the sandbox", null, StepKind.MakeGroup), Errno.ENOTSUP,
                obstacle.Reason.TrimEnd('.'), obstacle.Remedy);
        }

        _record?.Write(groups.Name, [.. groups.Hierarchies,
            new CgroupHierarchy(place.Version, place.Directory, [LimitControllers.Freezer], [])]);
        groups.AddFreezer(place);
    }

    /// <summary>
    /// Waits until all sent commands have joined their cgroups: one that joins later would miss a cgroup that is added
    /// now. The caller holds the turn, so no other command starts meanwhile.
    /// </summary>
    private async Task WaitForStartsAsync(CancellationToken cancellationToken)
    {
        RunningCommand[] running;
        lock (_gate)
        {
            running = [.. _entries.Running];
        }

        await Task.WhenAll(running.Select(command => Task.WhenAny(command.Started, command.Exited)))
            .WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Ends a freeze when the sandbox is disposed of: kills frozen processes, and wakes callers that wait to start a
    /// command.
    /// </summary>
    private void EndFreeze()
    {
        if (_groups is { IsFrozen: true })
        {
            _groups.Kill();
            ReleaseTurnOfFreeze();
        }
    }

    /// <summary>Releases the turn exactly once for each freeze.</summary>
    private void ReleaseTurnOfFreeze()
    {
        if (Interlocked.Exchange(ref _freezeHasTurn, 0) == 1)
        {
            _turn.Release();
        }
    }

    /// <summary>Gets the cgroups that a command joins, null for none, and adds the descriptors for joining.</summary>
    private CommandCgroup? PrepareGroup(CommandOptions options, List<int> entries)
    {
        CommandCgroup? group = options.HasFlag(CommandOptions.ExitWithCommand)
            ? _groups?.OnlyRun()
            : _groups?.CreateRun();
        try
        {
            group?.OpenEntries(entries);
            return group;
        }
        catch
        {
            CloseAll(entries);
            group?.Remove();
            throw;
        }
    }

    private static void CloseAll(List<int> descriptors)
    {
        foreach (int descriptor in descriptors)
        {
            Kernel.close(descriptor);
        }
    }
}
