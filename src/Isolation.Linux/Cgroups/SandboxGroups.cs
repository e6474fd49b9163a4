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

    private readonly CgroupPlan _plan;
    private readonly ImmutableArray<NotApplied>.Builder _notApplied = ImmutableArray.CreateBuilder<NotApplied>();
    private int _runs;

    private SandboxGroups(CgroupPlan plan)
    {
        _plan = plan;
        Groups = new GroupSet(plan.Hierarchies, GroupOwner.Current.NextName());
    }

    internal GroupSet Groups { get; }

    /// <summary>The limits that were preferred, and that this host did not take.</summary>
    internal ImmutableArray<NotApplied> NotApplied => _notApplied.ToImmutable();

    /// <summary>Makes the groups of a sandbox, after those that dead hosts left were removed.</summary>
    /// <param name="plan">What is made; null: nothing.</param>
    /// <param name="isForOneRun">Whether its groups are its one command's as well.</param>
    internal static SandboxGroups? Create(CgroupPlan? plan, bool isForOneRun)
    {
        if (plan is null || plan.Hierarchies.IsEmpty)
        {
            return null;
        }

        SandboxGroups groups = new(plan);
        try
        {
            for (int i = 0; i < plan.Hierarchies.Length; i++)
            {
                groups.Make(plan.Hierarchies[i], groups.Groups.Folders[i], isForOneRun);
            }

            return groups;
        }
        catch
        {
            groups.TryRemove();
            throw;
        }
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
                if (_plan.Hierarchies[i].HasRunGroups)
                {
                    MakeFolder(_plan.Hierarchies[i], run.Folders[i], Groups.Folders[i]);
                    Write(_plan.Hierarchies[i], run.Folders[i], GroupLevel.Run);
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
        for (int round = 0; round < RemovalRounds && !TryRemove(); round++)
        {
            if (round == 1)
            {
                Kill();
            }

            await Task.Delay(Math.Min(1 + round, 50)).ConfigureAwait(false);
        }
    }

    private bool TryRemove()
    {
        bool areGone = true;
        foreach (string folder in Groups.Folders)
        {
            areGone &= GroupFiles.TryRemove(folder);
        }

        return areGone;
    }

    private void Make(GroupHierarchy hierarchy, string folder, bool isForOneRun)
    {
        GroupSweep.Once(hierarchy.Parent);
        if (hierarchy.Version == CgroupVersion.V2)
        {
            Enable(hierarchy, hierarchy.Parent);
        }

        MakeFolder(hierarchy, folder, hierarchy.Parent);
        Write(hierarchy, folder, GroupLevel.Sandbox);
        if (isForOneRun)
        {
            Write(hierarchy, folder, GroupLevel.Run);
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
        string missing = string.Join(' ', hierarchy.Controllers.Where(controller => controller != "cpuacct" && !enabled.Contains(controller)).Select(controller => $"+{controller}"));
        if (missing.Length > 0)
        {
            Errors.Check(GroupFiles.Write($"{folder}/cgroup.subtree_control", missing), $"enable {missing} below the control group", folder, StepKind.MakeGroup);
        }
    }

    private void Write(GroupHierarchy hierarchy, string folder, GroupLevel level)
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
                SandboxException refusal = Errors.Create(new ProgramStep($"set the limit {setting.Limit}: write {setting.Value} to", file, StepKind.SetGroupLimit), (int)-result);
                if (_plan.Requirement == Requirement.Require)
                {
                    throw refusal;
                }

                lock (_notApplied)
                {
                    _notApplied.Add(new NotApplied($"set the limit {setting.Limit}", $"{refusal.ErrorName}: {refusal.Message}", refusal.Remedy));
                }
            }
        }
    }
}
