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

/// <summary>
/// Represents the cgroups of a sandbox, which have its limits, and the cgroups of its commands below them.
/// </summary>
internal sealed partial class SandboxCgroups
{
    /// <summary>The beginning of the names of the commands' cgroups.</summary>
    internal const string RunPrefix = "run-";

    private const int MaximumRetries = 4;

    private readonly string _name;

    /// <summary>Owns the cgroups if the application specified their path; otherwise null.</summary>
    private readonly CgroupClaims? _claims;
    private readonly ConcurrentDictionary<CgroupWatch, bool> _watches = new();

    /// <summary>Held while cgroups are added or limits changed; cgroups are only ever added.</summary>
    private readonly Lock _changing = new();
    private volatile GroupState _state;
    private DeviceProgram? _deviceProgram;

    /// <summary>The cgroups created with the sandbox for its first command.</summary>
    private SpareRun? _spare;

    /// <summary>
    /// The cgroups of commands that have ended but whose processes the kernel had not yet released, or that left
    /// processes.
    /// </summary>
    private readonly ConcurrentQueue<CommandCgroup> _left = new();

    private int _runs;

    private SandboxCgroups(ImmutableArray<CgroupHierarchy> hierarchies, string name, CgroupClaims? claims)
    {
        _name = name;
        _claims = claims;
        _removal = new Lazy<Task>(RemoveOnceAsync);
        _state = new GroupState(hierarchies, new CgroupSet(hierarchies, name));
    }

    internal CgroupSet Groups => _state.Groups;

    /// <summary>Occurs when the cgroups of a command have been created.</summary>
    internal event Action<CgroupSet>? RunMade;

    /// <summary>Gets the figures that are counted only in the cgroups of commands.</summary>
    internal CommandUsageAccumulator Ledger { get; } = new();

    /// <summary>
    /// Creates the cgroups of a sandbox, after removing cgroups left by dead processes. Returns <see langword="null"/>
    /// if the sandbox has none.
    /// </summary>
    /// <param name="plan">The cgroups to create; null for none.</param>
    /// <param name="name">The name of the cgroup in each hierarchy.</param>
    /// <param name="isForOneRun">Whether the sandbox's cgroups are also those of its only command.</param>
    /// <param name="notApplied">The preferred limits that the host did not accept.</param>
    internal static SandboxCgroups? Create(
        CgroupPlan? plan, string name, bool isForOneRun, out ImmutableArray<NotApplied> notApplied)
    {
        notApplied = [];
        if (plan is null)
        {
            return null;
        }

        StaleCgroupCleaner.OnceEverywhere(plan.ParentGroup);
        CgroupClaims? claims = plan.Name is null ? null : new CgroupClaims();
        ImmutableArray<CgroupHierarchy>.Builder made = ImmutableArray.CreateBuilder<CgroupHierarchy>();
        ImmutableArray<NotApplied>.Builder refused = ImmutableArray.CreateBuilder<NotApplied>();
        DeviceProgram? program = null;
        try
        {
            // In the same order everywhere, so that one of several sandboxes gets the same path.
            foreach (CgroupHierarchy hierarchy in plan.Hierarchies.OrderBy(
                static hierarchy => hierarchy.Parent, StringComparer.Ordinal))
            {
                if (TryMake(hierarchy, name, claims, isForOneRun, plan.Requirement, refused, ref program))
                {
                    made.Add(hierarchy);
                }
            }
        }
        catch
        {
            foreach (CgroupHierarchy hierarchy in made)
            {
                CgroupFiles.TryRemove($"{hierarchy.Parent}/{name}");
            }

            claims?.Dispose();
            throw;
        }

        notApplied = refused.ToImmutable();
        if (made.Count > 0)
        {
            return new SandboxCgroups(made.ToImmutable(), name, claims) { _deviceProgram = program };
        }

        claims?.Dispose();
        return null;
    }

    /// <summary>Gets the cgroups of the sandbox's only command.</summary>
    internal CommandCgroup OnlyRun() => new(this);

    /// <summary>Creates the cgroups of the first command in advance.</summary>
    internal void PrepareRun()
    {
        GroupState state = _state;
        _spare = new SpareRun(state, MakeRun(state));
    }

    /// <summary>Creates the cgroups of a command.</summary>
    internal CommandCgroup CreateRun()
    {
        // Keeps leftover cgroups from accumulating in a long-lived sandbox. Only a few are tried, because each may
        // belong to a running daemon.
        for (int retries = Math.Min(_left.Count, MaximumRetries); retries > 0
            && _left.TryDequeue(out CommandCgroup? left); retries--)
        {
            left.Remove();
        }

        CommandCgroup group = TakeSpareOrMakeRun();
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

    /// <summary>Keeps cgroups that could not be removed, so that the next command tries again.</summary>
    internal void Leave(CommandCgroup group) => _left.Enqueue(group);

    internal SandboxUsage ReadUsage() => Ledger.Read(Groups);

    /// <summary>
    /// Gets the cgroups of a command. After the removal, cgroups of another sandbox may be at the same path.
    /// </summary>
    private CommandCgroup TakeSpareOrMakeRun()
    {
        lock (_changing)
        {
            ObjectDisposedException.ThrowIf(_isRemoved, typeof(ISandbox));
            return TakeSpare() ?? MakeRun(_state);
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

        // The sandbox's cgroups or limits have changed since the spare was created.
        spare.Group.Remove();
        return null;
    }

    private CommandCgroup MakeRun(GroupState state)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{RunPrefix}{Interlocked.Increment(ref _runs)}");
        CgroupSet run = new(state.Groups, name);
        CommandCgroup group = new(this, run);
        try
        {
            for (int i = 0; i < run.Directories.Length; i++)
            {
                if (state.Hierarchies[i].HasRunGroups)
                {
                    CgroupWriter.MakeDirectory(state.Hierarchies[i], run.Directories[i]);
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

    /// <summary>
    /// Creates the cgroup in one hierarchy with its limits. Returns <see langword="false"/> if it is not available and
    /// was only preferred.
    /// </summary>
    private static bool TryMake(
        CgroupHierarchy hierarchy, string name, CgroupClaims? claims, bool isForOneRun, Requirement requirement,
        ImmutableArray<NotApplied>.Builder refused, ref DeviceProgram? program)
    {
        string directory = $"{hierarchy.Parent}/{name}";
        try
        {
            program = Make(
                hierarchy, directory, claims, isForOneRun, (limit, refusal) => Refuse(
                    limit, refusal, requirement, refused)) ?? program;
            return true;
        }
        catch (SandboxException refusal) when (requirement == Requirement.Prefer && claims is not { HasConflict: true })
        {
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
            new NotApplied($"set the limit {limit}", $"{refusal.ErrorName}: {refusal.Message}", refusal.Remedy)
            {
                IsLimit = true,
            });
    }

    private static DeviceProgram? Make(
        CgroupHierarchy hierarchy, string directory, CgroupClaims? claims, bool isForOneRun,
        Action<string, SandboxException> refuse)
    {
        CgroupWriter.MakeForSandbox(hierarchy, directory, claims);
        try
        {
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
        catch
        {
            CgroupFiles.TryRemove(directory);
            throw;
        }
    }

    /// <summary>Represents the cgroups of a sandbox at one time.</summary>
    private sealed record GroupState(ImmutableArray<CgroupHierarchy> Hierarchies, CgroupSet Groups);

    /// <summary>Represents the cgroups of a future command, and the state for which they were created.</summary>
    private sealed record SpareRun(GroupState State, CommandCgroup Group);
}
