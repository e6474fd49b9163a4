using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Isolation.Linux.Cgroups.Accounting;
using Isolation.Linux.Cgroups.Devices;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Cgroups.Settings;
using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>The groups of one sandbox, with its limits in them, and those of its commands below.</summary>
internal sealed partial class SandboxCgroups
{
    private const int RemovalRounds = 120;
    private const int MaximumRetries = 4;

    private readonly string _name;
    private readonly ConcurrentDictionary<CgroupWatch, bool> _watches = new();

    /// <summary>Held while groups are added or limits changed; what is there is only ever added to.</summary>
    private readonly Lock _changing = new();
    private volatile GroupState _state;
    private DeviceProgram? _deviceProgram;
    private bool _isRemoved;

    /// <summary>Made while the sandbox is, for its first command.</summary>
    private SpareRun? _spare;

    /// <summary>
    /// Groups of commands that had ended when the kernel had not yet let go of their processes, or that left some
    /// behind.
    /// </summary>
    private readonly ConcurrentQueue<CommandCgroup> _left = new();

    private int _runs;

    private SandboxCgroups(ImmutableArray<CgroupHierarchy> hierarchies, string name)
    {
        _name = name;
        _state = new GroupState(hierarchies, new CgroupSet(hierarchies, name));
    }

    internal CgroupSet Groups => _state.Groups;

    /// <summary>Called with the groups of each command that is started.</summary>
    internal event Action<CgroupSet>? RunMade;

    /// <summary>What only the groups of commands count.</summary>
    internal CommandUsageAccumulator Ledger { get; } = new();

    /// <summary>
    /// Makes the groups of a sandbox, after those that dead hosts left were removed. Null: it has none.
    /// </summary>
    /// <param name="plan">What is made; null: nothing.</param>
    /// <param name="isForOneRun">Whether its groups are its one command's as well.</param>
    /// <param name="notApplied">The limits that were only preferred, and that this host did not take.</param>
    internal static SandboxCgroups? Create(
        CgroupPlan? plan, bool isForOneRun, out ImmutableArray<NotApplied> notApplied)
    {
        notApplied = [];
        if (plan is null)
        {
            return null;
        }

        StaleCgroupCleaner.OnceEverywhere(plan.ParentGroup);
        string name = CgroupOwner.Current.NextName();
        ImmutableArray<CgroupHierarchy>.Builder made = ImmutableArray.CreateBuilder<CgroupHierarchy>();
        ImmutableArray<NotApplied>.Builder refused = ImmutableArray.CreateBuilder<NotApplied>();
        DeviceProgram? program = null;
        try
        {
            foreach (CgroupHierarchy hierarchy in plan.Hierarchies)
            {
                made.Add(hierarchy);
                if (!TryMake(hierarchy, name, isForOneRun, plan.Requirement, refused, ref program))
                {
                    made.RemoveAt(made.Count - 1);
                }
            }
        }
        catch
        {
            TryRemove(new CgroupSet(made.ToImmutable(), name));
            throw;
        }

        notApplied = refused.ToImmutable();
        return made.Count == 0 ? null : new SandboxCgroups(made.ToImmutable(), name) { _deviceProgram = program };
    }

    /// <summary>The groups of the sandbox's one command.</summary>
    internal CommandCgroup OnlyRun() => new(this);

    /// <summary>Makes the groups of the first command, so that it need not wait for them.</summary>
    internal void PrepareRun()
    {
        GroupState state = _state;
        _spare = new SpareRun(state, MakeRun(state));
    }

    /// <summary>Gives the groups of a command.</summary>
    internal CommandCgroup CreateRun()
    {
        // So that a sandbox that lives long does not gather them; a few at a time, since each may be that of a daemon.
        for (int retries = Math.Min(_left.Count, MaximumRetries); retries > 0
            && _left.TryDequeue(out CommandCgroup? left); retries--)
        {
            left.Remove();
        }

        CommandCgroup group = TakeSpare() ?? MakeRun(_state);
        try
        {
            Ledger.Add(group.Groups);
            RunMade?.Invoke(group.Groups);
            return group;
        }
        catch
        {
            group.Remove();
            throw;
        }
    }

    internal void Add(CgroupWatch watch)
    {
        lock (_changing)
        {
            ObjectDisposedException.ThrowIf(_isRemoved, typeof(ISandbox));
            _watches[watch] = true;
        }
    }

    internal void Remove(CgroupWatch watch) => _watches.TryRemove(watch, out _);

    /// <summary>Keeps the groups of a command that could not be removed, for the next one to try again.</summary>
    internal void Leave(CommandCgroup group) => _left.Enqueue(group);

    internal SandboxUsage ReadUsage() => Ledger.Read(Groups);

    /// <summary>Kills every process of the sandbox's commands.</summary>
    internal void Kill() => CgroupKiller.Kill(Groups.Directories, ThawedDirectory);

    /// <summary>
    /// Removes all groups, once the kernel has let go of the processes in them. Those that it does not let go of are
    /// left to the next host.
    /// </summary>
    internal async ValueTask RemoveAsync()
    {
        lock (_changing)
        {
            _isRemoved = true;
            foreach (CgroupWatch watch in _watches.Keys)
            {
                watch.Finish();
            }
        }

        Ledger.Dispose();

        for (int round = 0; round < RemovalRounds && !TryRemove(Groups); round++)
        {
            if (round == 1)
            {
                Kill();
            }

            await Task.Delay(Math.Min(1 + round, 50)).ConfigureAwait(false);
        }
    }

    private CommandCgroup? TakeSpare()
    {
        if (Interlocked.Exchange(ref _spare, null) is not { } spare)
        {
            return null;
        }

        if (spare.State == _state)
        {
            return spare.Group;
        }

        // The sandbox has been given other groups or limits since then.
        spare.Group.Remove();
        return null;
    }

    private CommandCgroup MakeRun(GroupState state)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"run-{Interlocked.Increment(ref _runs)}");
        CgroupSet run = new(state.Groups, name);
        CommandCgroup group = new(this, run);
        try
        {
            for (int i = 0; i < run.Directories.Length; i++)
            {
                if (state.Hierarchies[i].HasRunGroups)
                {
                    CgroupWriter.MakeDirectory(state.Hierarchies[i], run.Directories[i], state.Groups.Directories[i]);
                    CgroupWriter.Write(
                        state.Hierarchies[i], run.Directories[i], CgroupLevel.Run,
                        static (_, refusal) => throw refusal);
                }
            }

            return group;
        }
        catch
        {
            group.Remove();
            throw;
        }
    }

    private static bool TryRemove(CgroupSet groups)
    {
        bool areGone = true;
        foreach (string directory in groups.Directories)
        {
            areGone &= CgroupFiles.TryRemove(directory);
        }

        return areGone;
    }

    /// <summary>
    /// Makes the group of one hierarchy with its limits. False: it cannot be had, and was only preferred.
    /// </summary>
    private static bool TryMake(
        CgroupHierarchy hierarchy, string name, bool isForOneRun, Requirement requirement,
        ImmutableArray<NotApplied>.Builder refused, ref DeviceProgram? program)
    {
        string directory = $"{hierarchy.Parent}/{name}";
        try
        {
            program = Make(
                hierarchy, directory, isForOneRun, (limit, refusal) => Refuse(
                    limit, refusal, requirement, refused)) ?? program;
            return true;
        }
        catch (SandboxException refusal) when (requirement == Requirement.Prefer)
        {
            CgroupFiles.TryRemove(directory);
            foreach (string limit in hierarchy.Limits)
            {
                Refuse(limit, refusal, requirement, refused);
            }

            return false;
        }
    }

    private static void Refuse(
        string limit, SandboxException refusal, Requirement requirement, ImmutableArray<NotApplied>.Builder refused)
    {
        if (requirement == Requirement.Require)
        {
            throw refusal;
        }

        refused.Add(
            new NotApplied($"set the limit {limit}", $"{refusal.ErrorName}: {refusal.Message}", refusal.Remedy));
    }

    private static DeviceProgram? Make(
        CgroupHierarchy hierarchy, string directory, bool isForOneRun, Action<string, SandboxException> refuse)
    {
        CgroupWriter.MakeForSandbox(hierarchy, directory);
        CgroupWriter.Write(hierarchy, directory, CgroupLevel.Sandbox, refuse);
        DeviceProgram? program = hierarchy.Devices?.Apply(
            directory, refusal => refuse(nameof(SandboxLimits.Devices), refusal));
        if (isForOneRun)
        {
            CgroupWriter.Write(hierarchy, directory, CgroupLevel.Run, refuse);
        }
        else if (hierarchy.Version == CgroupVersion.V2 && hierarchy.HasRunGroups)
        {
            CgroupWriter.Enable(hierarchy, directory);
        }

        return program;
    }

    /// <summary>What a sandbox has at one time.</summary>
    private sealed record GroupState(ImmutableArray<CgroupHierarchy> Hierarchies, CgroupSet Groups);

    /// <summary>Groups of a command that is yet to come, and what the sandbox had when they were made.</summary>
    private sealed record SpareRun(GroupState State, CommandCgroup Group);
}
