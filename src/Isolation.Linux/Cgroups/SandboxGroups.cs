using System.Collections.Immutable;
using System.Globalization;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Cgroups;

/// <summary>The groups of one sandbox, with its limits in them, and those of its commands below.</summary>
internal sealed class SandboxGroups
{
    private const int Mode = 0b111_101_101;
    private const int RemovalRounds = 120;

    private readonly ImmutableArray<GroupHierarchy> _hierarchies;
    private int _runs;

    private SandboxGroups(ImmutableArray<GroupHierarchy> hierarchies, string name)
    {
        _hierarchies = hierarchies;
        Groups = new GroupSet(hierarchies, name);
    }

    internal GroupSet Groups { get; }

    /// <summary>Makes the groups of a sandbox, after those that dead hosts left were removed. Null: it has none.</summary>
    /// <param name="plan">What is made; null: nothing.</param>
    /// <param name="isForOneRun">Whether its groups are its one command's as well.</param>
    /// <param name="notApplied">The limits that were only preferred, and that this host did not take.</param>
    internal static SandboxGroups? Create(CgroupPlan? plan, bool isForOneRun, out ImmutableArray<NotApplied> notApplied)
    {
        notApplied = [];
        if (plan is null)
        {
            return null;
        }

        string name = GroupOwner.Current.NextName();
        ImmutableArray<GroupHierarchy>.Builder made = ImmutableArray.CreateBuilder<GroupHierarchy>();
        ImmutableArray<NotApplied>.Builder refused = ImmutableArray.CreateBuilder<NotApplied>();
        try
        {
            foreach (GroupHierarchy hierarchy in plan.Hierarchies)
            {
                made.Add(hierarchy);
                if (!TryMake(hierarchy, name, isForOneRun, plan.Requirement, refused))
                {
                    made.RemoveAt(made.Count - 1);
                }
            }
        }
        catch
        {
            TryRemove(new GroupSet(made.ToImmutable(), name));
            throw;
        }

        notApplied = refused.ToImmutable();
        return made.Count == 0 ? null : new SandboxGroups(made.ToImmutable(), name);
    }

    /// <summary>The groups of the sandbox's one command.</summary>
    internal RunGroup OnlyRun() => new(this);

    /// <summary>Makes the groups of a command.</summary>
    internal RunGroup CreateRun()
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"run-{Interlocked.Increment(ref _runs)}");
        GroupSet run = new(Groups, name);
        RunGroup group = new(this, run);
        try
        {
            for (int i = 0; i < run.Folders.Length; i++)
            {
                if (_hierarchies[i].HasRunGroups)
                {
                    MakeFolder(_hierarchies[i], run.Folders[i], Groups.Folders[i]);
                    Write(_hierarchies[i], run.Folders[i], GroupLevel.Run, static (_, refusal) => throw refusal);
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

    internal SandboxUsage ReadUsage() => UsageReader.Read(Groups);

    /// <summary>Kills every process of the sandbox's commands.</summary>
    internal void Kill() => GroupKiller.Kill(Groups.Folders);

    /// <summary>
    /// Removes all groups, once the kernel has let go of the processes in them. Those that it does not let go of are left to the next host.
    /// </summary>
    internal async ValueTask RemoveAsync()
    {
        for (int round = 0; round < RemovalRounds && !TryRemove(Groups); round++)
        {
            if (round == 1)
            {
                Kill();
            }

            await Task.Delay(Math.Min(1 + round, 50)).ConfigureAwait(false);
        }
    }

    private static bool TryRemove(GroupSet groups)
    {
        bool areGone = true;
        foreach (string folder in groups.Folders)
        {
            areGone &= GroupFiles.TryRemove(folder);
        }

        return areGone;
    }

    /// <summary>Makes the group of one hierarchy with its limits. False: it cannot be had, and was only preferred.</summary>
    private static bool TryMake(
        GroupHierarchy hierarchy, string name, bool isForOneRun, Requirement requirement, ImmutableArray<NotApplied>.Builder refused)
    {
        string folder = $"{hierarchy.Parent}/{name}";
        try
        {
            Make(hierarchy, folder, isForOneRun, (limit, refusal) => Refuse(limit, refusal, requirement, refused));
            return true;
        }
        catch (SandboxException refusal) when (requirement == Requirement.Prefer)
        {
            GroupFiles.TryRemove(folder);
            foreach (string limit in hierarchy.Limits)
            {
                Refuse(limit, refusal, requirement, refused);
            }

            return false;
        }
    }

    private static void Refuse(string limit, SandboxException refusal, Requirement requirement, ImmutableArray<NotApplied>.Builder refused)
    {
        if (requirement == Requirement.Require)
        {
            throw refusal;
        }

        refused.Add(new NotApplied($"set the limit {limit}", $"{refusal.ErrorName}: {refusal.Message}", refusal.Remedy));
    }

    private static void Make(GroupHierarchy hierarchy, string folder, bool isForOneRun, Action<string, SandboxException> refuse)
    {
        GroupSweep.Once(hierarchy.Parent);
        if (hierarchy.Version == CgroupVersion.V2)
        {
            Enable(hierarchy, hierarchy.Parent);
        }

        MakeFolder(hierarchy, folder, hierarchy.Parent);
        Write(hierarchy, folder, GroupLevel.Sandbox, refuse);
        hierarchy.Devices?.Apply(folder, refusal => refuse(nameof(SandboxLimits.Devices), refusal));
        if (isForOneRun)
        {
            Write(hierarchy, folder, GroupLevel.Run, refuse);
        }
        else if (hierarchy.Version == CgroupVersion.V2)
        {
            Enable(hierarchy, folder);
        }
    }

    private static void MakeFolder(GroupHierarchy hierarchy, string folder, string parent)
    {
        Errors.Check(Kernel.mkdir(folder, Mode), "make the control group", folder, StepKind.MakeGroup);
        if (hierarchy.Version == CgroupVersion.V1 && hierarchy.Controllers.Contains("cpuset"))
        {
            // A new group of v1 has no processor and no memory, and takes no process.
            foreach (string file in (string[])["cpuset.cpus", "cpuset.mems"])
            {
                string inherited = GroupFiles.Read($"{parent}/{file}")?.Trim() ?? "";
                Errors.Check(GroupFiles.Write($"{folder}/{file}", inherited), $"hand {file} on to the control group", folder, StepKind.MakeGroup);
            }
        }
    }

    private static void Enable(GroupHierarchy hierarchy, string folder)
    {
        string[] enabled = GroupFiles.Read($"{folder}/cgroup.subtree_control")?.Trim().Split(' ') ?? [];
        string missing = string.Join(' ', hierarchy.Controllers.Where(controller => !LimitControllers.IsInEveryGroup(controller) && !enabled.Contains(controller)).Select(controller => $"+{controller}"));
        if (missing.Length > 0)
        {
            Errors.Check(GroupFiles.Write($"{folder}/cgroup.subtree_control", missing), $"enable {missing} below the control group", folder, StepKind.MakeGroup);
        }
    }

    private static void Write(GroupHierarchy hierarchy, string folder, GroupLevel level, Action<string, SandboxException> refuse)
    {
        foreach (GroupSetting setting in hierarchy.Settings)
        {
            if (setting.Level != level)
            {
                continue;
            }

            string file = $"{folder}/{setting.Files[0]}";
            long result = -Errno.ENOENT;
            for (int i = 0; i < setting.Files.Length && result == -Errno.ENOENT; i++)
            {
                file = $"{folder}/{setting.Files[i]}";
                result = GroupFiles.Write(file, setting.Value);
            }

            if (result < 0)
            {
                refuse(setting.Limit, Errors.Create(new ProgramStep($"set the limit {setting.Limit}: write {setting.Value} to", file, StepKind.SetGroupLimit), (int)-result));
            }
        }
    }
}
