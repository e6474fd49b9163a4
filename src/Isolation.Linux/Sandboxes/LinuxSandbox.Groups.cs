using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Commands;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Sandboxes;

/// <summary>The sandbox's control groups.</summary>
internal sealed partial class LinuxSandbox
{
    /// <summary>Null where the specification has no limits, or the host has no groups and none was required.</summary>
    private readonly SandboxCgroups? _groups;

    /// <summary>
    /// The limits that were only preferred, and that were found out not to be had when the groups were made.
    /// </summary>
    private readonly ImmutableArray<NotApplied> _limitsNotApplied;

    /// <summary>Whose turn it is to freeze or thaw: each waits until it is done.</summary>
    private readonly SemaphoreSlim _freezing = new(1, 1);

    /// <summary>1 from a freeze to its end: so long nobody else starts a command.</summary>
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
        if (limits.ParentGroup != Limits?.ParentGroup)
        {
            throw new ArgumentException(
                "A sandbox stays below the group in which it was made: ParentGroup must be what it was.",
                nameof(limits));
        }

        CgroupPlan plan = CgroupPlan.Make(limits, HostFiles.Current, _setup.Cgroups?.Maker)!;
        bool needsTurn = groups.NeedsFurther(plan);
        if (needsTurn && groups.IsFrozen)
        {
            throw new SandboxException(
                "move the sandbox's processes into a further control group", null, Errno.EBUSY, nameof(Errno.EBUSY),
                "The sandbox is frozen", "Thaw it first.");
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
            Limits = limits;
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

            // Nothing is started until it is thawed: a command that froze on its way would hold up init.
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
                // What only such a group tells was not asked for by name.
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

        return _groups ?? throw new SandboxException(
            action, null, Errno.ENOTSUP, nameof(Errno.ENOTSUP), "The sandbox has no control groups",
            "Set SandboxSpecification.Limits; an empty SandboxLimits is enough. Where that is only preferred, "
                + "Report.NotApplied says why there are none.");
    }

    /// <summary>Gives the sandbox a group that can be frozen. Whoever calls has the turn.</summary>
    private async Task AddFreezerAsync(SandboxCgroups groups, CancellationToken cancellationToken)
    {
        if (groups.HasFreezer)
        {
            return;
        }

        await WaitForStartsAsync(cancellationToken).ConfigureAwait(false);
        if (!CgroupLayout.Read(HostFiles.Current, Specification.Limits!.ParentGroup, _setup.Cgroups?.Maker)
            .TryFind(LimitControllers.Freezer, out ControllerMount? place, out Obstacle? obstacle))
        {
            throw new SandboxException(
                "give the sandbox a group that can be frozen", null, Errno.ENOTSUP, nameof(Errno.ENOTSUP),
                obstacle.Reason.TrimEnd('.'), obstacle.Remedy);
        }

        groups.AddFreezer(place);
    }

    /// <summary>
    /// Waits until all commands that were sent have joined their groups: one that joins later would miss a group that
    /// is added now. Nobody starts another one meanwhile, for whoever calls has the turn.
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
    /// The sandbox is disposed of: what stands still is killed, and those who wait to start something are told.
    /// </summary>
    private void EndFreeze()
    {
        if (_groups is { IsFrozen: true })
        {
            _groups.Kill();
            ReleaseTurnOfFreeze();
        }
    }

    /// <summary>Once for each freeze, whoever ends it.</summary>
    private void ReleaseTurnOfFreeze()
    {
        if (Interlocked.Exchange(ref _freezeHasTurn, 0) == 1)
        {
            _turn.Release();
        }
    }

    /// <summary>The groups that a command is to join, null for none, and the descriptors that it joins by.</summary>
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
