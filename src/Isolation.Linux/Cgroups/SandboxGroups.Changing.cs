using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Devices;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Cgroups;

/// <summary>Groups and limits that a sandbox is given while it is up.</summary>
internal sealed partial class SandboxGroups
{
    private const int AdoptionRounds = 50;

    /// <summary>Where processes stay that ran before their sandbox had groups in a hierarchy, if it hands controllers on.</summary>
    private const string FirstRun = "run-0";

    /// <summary>Whether some of what is planned needs a group in a hierarchy in which the sandbox has none.</summary>
    internal bool NeedsFurther(CgroupPlan plan) => plan.Hierarchies.Any(wanted => Find(_state, wanted) < 0);

    /// <summary>Puts the limits of a plan in the place of those that there are.</summary>
    /// <returns>Those that were only preferred, and that cannot be had.</returns>
    /// <exception cref="SandboxException">One was required and cannot be had. The limits are what they were.</exception>
    internal ImmutableArray<NotApplied> Change(CgroupPlan plan)
    {
        lock (_changing)
        {
            ObjectDisposedException.ThrowIf(_isRemoved, typeof(ISandbox));
            ImmutableArray<NotApplied>.Builder refused = ImmutableArray.CreateBuilder<NotApplied>();
            foreach (GroupHierarchy wanted in plan.Hierarchies)
            {
                try
                {
                    Take(wanted);
                }
                catch (SandboxException refusal) when (plan.Requirement == Requirement.Prefer)
                {
                    foreach (string limit in wanted.Limits)
                    {
                        Refuse(limit, refusal, plan.Requirement, refused);
                    }
                }
            }

            List<LimitChange> changes = [.. Compare(_state, plan)];
            List<(LimitChange Change, SandboxException Refusal)> failed = WriteAll(changes);
            try
            {
                if (failed.Count > 0 && plan.Requirement == Requirement.Require)
                {
                    throw failed[0].Refusal;
                }

                ChangeDevices(plan, refused);
            }
            catch (SandboxException)
            {
                WriteAll([.. changes.Select(change => change with { Setting = change.Undo, Undo = change.Setting })]);
                throw;
            }

            failed.ForEach(one => Refuse(one.Change.Setting.Limit, one.Refusal, plan.Requirement, refused));
            ImmutableArray<GroupHierarchy> hierarchies = [.. _state.Hierarchies.Select((hierarchy, i) => hierarchy with
            {
                Settings = [.. changes.Where(change => change.Index == i && change.IsWanted).Select(change => change.Setting).Except(failed.Select(one => one.Change.Setting))],
            })];
            _state = _state with { Hierarchies = hierarchies };
            return refused.ToImmutable();
        }
    }

    private void ChangeDevices(CgroupPlan plan, ImmutableArray<NotApplied>.Builder refused)
    {
        for (int i = 0; i < _state.Hierarchies.Length; i++)
        {
            GroupHierarchy there = _state.Hierarchies[i];
            AllowedDevices? wanted = plan.Hierarchies.FirstOrDefault(one => one.Parent == there.Parent)?.Devices;
            if (wanted is null ? there.Devices is null : wanted.AllowsTheSameAs(there.Devices))
            {
                continue;
            }

            string folder = Groups.Folders[i];
            DeviceProgram? before = _deviceProgram;
            try
            {
                // Both programs hold for a moment: what only one of them allows is refused then, and never more allowed.
                _deviceProgram = wanted?.Apply(folder, refusal => Refuse(nameof(SandboxLimits.Devices), refusal, plan.Requirement, refused));
                if (there.Version == CgroupVersion.V2)
                {
                    before?.Detach(folder);
                }
                else if (wanted is null)
                {
                    AllowedDevices.Lift(folder);
                }
            }
            catch (SandboxException) when (there.Version == CgroupVersion.V1 && wanted is not null)
            {
                // The list of v1 is begun anew before it is known whether all of it can be had.
                Restore(there.Devices, folder);
                throw;
            }

            Put(_state.Hierarchies.SetItem(i, there with { Devices = wanted }));
        }
    }

    private static void Restore(AllowedDevices? devices, string folder)
    {
        if (devices is null)
        {
            AllowedDevices.Lift(folder);
        }
        else
        {
            devices.Apply(folder, static _ => { });
        }
    }

    /// <summary>Sees to it that the sandbox has a group with certain controllers.</summary>
    private void Take(GroupHierarchy wanted)
    {
        int index = Find(_state, wanted);
        if (index < 0)
        {
            Add(wanted with { Settings = [], Devices = null });
            return;
        }

        GroupHierarchy there = _state.Hierarchies[index];
        GroupHierarchy both = there with { Controllers = [.. there.Controllers.Union(wanted.Controllers)] };
        if (both.Version == CgroupVersion.V2 && both.Controllers.Length > there.Controllers.Length)
        {
            GroupWriter.Enable(both, both.Parent);
            if (both.HasRunGroups)
            {
                GroupWriter.Enable(both, Groups.Folders[index]);
            }
        }

        Put(_state.Hierarchies.SetItem(index, both));
    }

    /// <summary>Makes a group in a further hierarchy, and moves all that runs into it.</summary>
    private void Add(GroupHierarchy hierarchy)
    {
        string folder = $"{hierarchy.Parent}/{_name}";
        try
        {
            GroupWriter.MakeForSandbox(hierarchy, folder);
            if (hierarchy is { Version: CgroupVersion.V2, HasRunGroups: true })
            {
                // A group that hands controllers on takes no process itself.
                GroupWriter.Enable(hierarchy, folder);
                GroupWriter.MakeFolder(hierarchy, $"{folder}/{FirstRun}", folder);
                Adopt($"{folder}/{FirstRun}");
            }
            else
            {
                Adopt(folder);
            }

            Put(_state.Hierarchies.Add(hierarchy));
        }
        catch
        {
            // What was moved goes back, or the group would stay.
            foreach (string member in GroupFiles.WithThoseBelow(folder).SelectMany(GroupFiles.Members))
            {
                GroupFiles.Write($"{hierarchy.Parent}/cgroup.procs", member);
            }

            GroupFiles.TryRemove(folder);
            throw;
        }
    }

    /// <summary>
    /// Moves all that the commands have running. What is forked meanwhile stays where its parent is: with a parent that was
    /// moved it is in the new group, with one that was not it is found in the next round.
    /// </summary>
    private void Adopt(string folder)
    {
        string source = Groups.Folders[0];
        long result = 0;
        for (int round = 0; round < AdoptionRounds; round++)
        {
            string[] outside = [.. GroupFiles.WithThoseBelow(source).SelectMany(GroupFiles.Members).Except(GroupFiles.Members(folder))];
            if (outside.Length == 0)
            {
                return;
            }

            foreach (string member in outside)
            {
                // One that has ended meanwhile is no loss.
                long moved = GroupFiles.Write($"{folder}/cgroup.procs", member);
                result = moved is 0 or -Errno.ESRCH ? result : moved;
            }
        }

        throw Errors.Create(
            new ProgramStep("move the sandbox's processes into the control group", folder, StepKind.JoinGroup), (int)-(result == 0 ? -Errno.EAGAIN : result));
    }

    private void Put(ImmutableArray<GroupHierarchy> hierarchies) => _state = new GroupState(hierarchies, new GroupSet(hierarchies, _name));

    private static int Find(GroupState state, GroupHierarchy wanted)
    {
        for (int i = 0; i < state.Hierarchies.Length; i++)
        {
            if (state.Hierarchies[i].Parent == wanted.Parent)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>What is to be written so that the limits of a plan hold and no others.</summary>
    private static IEnumerable<LimitChange> Compare(GroupState state, CgroupPlan plan)
    {
        for (int i = 0; i < state.Hierarchies.Length; i++)
        {
            GroupHierarchy there = state.Hierarchies[i];
            ImmutableArray<GroupSetting> wanted = plan.Hierarchies.FirstOrDefault(one => one.Parent == there.Parent)?.Settings ?? [];
            foreach (GroupSetting setting in wanted)
            {
                yield return new LimitChange(i, setting, there.Settings.FirstOrDefault(setting.Replaces) ?? TakeBack(setting, there.Parent), IsWanted: true);
            }

            foreach (GroupSetting setting in there.Settings.Where(setting => !wanted.Any(setting.Replaces)))
            {
                yield return new LimitChange(i, TakeBack(setting, there.Parent), setting, IsWanted: false);
            }
        }
    }

    private static GroupSetting TakeBack(GroupSetting setting, string parent) =>
        setting with { Value = setting.Unlimited ?? GroupFiles.Read($"{parent}/{setting.Files[0]}")?.Trim() ?? "" };

    /// <summary>Writes limits, some of which bound each other: one that is refused is tried again after the others.</summary>
    private List<(LimitChange Change, SandboxException Refusal)> WriteAll(List<LimitChange> changes)
    {
        List<(LimitChange Change, SandboxException Refusal)> failed = [];
        List<LimitChange> left = changes;
        int before;
        do
        {
            before = left.Count;
            failed.Clear();
            foreach (LimitChange change in left)
            {
                foreach (string folder in FoldersOf(change))
                {
                    if (GroupWriter.TryWrite(change.Setting, folder) is { } refusal)
                    {
                        failed.Add((change, refusal));
                        break;
                    }
                }
            }

            left = [.. failed.Select(one => one.Change)];
        }
        while (left.Count > 0 && left.Count < before);

        return failed;
    }

    private string[] FoldersOf(LimitChange change) =>
        change.Setting.Level == GroupLevel.Sandbox ? [Groups.Folders[change.Index]] : GroupFiles.Children(Groups.Folders[change.Index]);

    /// <summary>A limit that is written, and what to write to undo that.</summary>
    /// <param name="Index">The hierarchy.</param>
    /// <param name="Setting">What is written.</param>
    /// <param name="Undo">What was there.</param>
    /// <param name="IsWanted">Whether it is a limit, or the end of one.</param>
    private sealed record LimitChange(int Index, GroupSetting Setting, GroupSetting Undo, bool IsWanted);
}
