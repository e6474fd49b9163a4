using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Devices;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>The part that adds cgroups and changes limits of a running sandbox.</summary>
internal sealed partial class SandboxCgroups
{
    /// <summary>
    /// The child cgroup of processes that ran before the sandbox had a cgroup in the hierarchy, if the sandbox's cgroup
    /// enables controllers for its children.
    /// </summary>
    private const string FirstRun = $"{RunPrefix}0";

    /// <summary>Returns whether a plan requires a cgroup in a hierarchy in which the sandbox has none.</summary>
    internal bool NeedsFurther(CgroupPlan plan) => plan.Hierarchies.Any(wanted => Find(_state, wanted) < 0);

    /// <summary>
    /// Places a plan where the sandbox's cgroups are: an application that attached may be in another cgroup than the
    /// one that created them.
    /// </summary>
    internal CgroupPlan Place(CgroupPlan plan) => plan with
    {
        Hierarchies = [.. plan.Hierarchies.Select(wanted => _state.Hierarchies.FirstOrDefault(there =>
            there.Version == wanted.Version && (there.Version == CgroupVersion.V2
                || there.Controllers.Intersect(wanted.Controllers).Any())) is { } there
            ? wanted with { Parent = there.Parent }
            : wanted)],
    };

    /// <summary>Replaces the limits by those of a plan.</summary>
    /// <returns>The preferred limits that are not available.</returns>
    /// <exception cref="SandboxException">A required limit is not available. The limits are unchanged.</exception>
    internal ImmutableArray<NotApplied> Change(CgroupPlan plan)
    {
        lock (_changing)
        {
            ObjectDisposedException.ThrowIf(_isRemoved, typeof(ISandbox));
            ImmutableArray<NotApplied>.Builder refused = ImmutableArray.CreateBuilder<NotApplied>();
            foreach (CgroupHierarchy wanted in plan.Hierarchies)
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

            List<LimitChange> changes = [.. LimitChanges.Compare(_state.Hierarchies, plan)];
            List<(LimitChange Change, SandboxException Refusal)> failed = LimitChanges.Write(changes, Groups);
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
                LimitChanges.Write(
                    [.. changes.Select(change => change with { Setting = change.Undo, Undo = change.Setting })],
                    Groups);
                throw;
            }

            failed.ForEach(one => Refuse(one.Change.Setting.Limit, one.Refusal, plan.Requirement, refused));
            ImmutableArray<CgroupHierarchy> hierarchies = [.. _state.Hierarchies.Select((hierarchy, i) => hierarchy with
            {
                Settings = [.. changes.Where(change => change.Index == i && change.IsWanted)
                    .Select(change => change.Setting).Except(failed.Select(one => one.Change.Setting))],
            })];
            _state = _state with { Hierarchies = hierarchies };
            return refused.ToImmutable();
        }
    }

    private void ChangeDevices(CgroupPlan plan, ImmutableArray<NotApplied>.Builder refused)
    {
        for (int i = 0; i < _state.Hierarchies.Length; i++)
        {
            CgroupHierarchy there = _state.Hierarchies[i];
            AllowedDevices? wanted = plan.Hierarchies.FirstOrDefault(one => one.Parent == there.Parent)?.Devices;
            if (wanted is null ? there.Devices is null : wanted.AllowsTheSameAs(there.Devices))
            {
                continue;
            }

            string directory = Groups.Directories[i];
            DeviceProgram? before = _deviceProgram;
            try
            {
                // Both programs are active for a moment, so accesses are briefly refused that only one of them allows.
                if (before is null && there is { Version: CgroupVersion.V2, Devices: not null })
                {
                    throw new SandboxException(
                        "change the device limit of", directory, 0, nameof(Errno.ENOTSUP),
                        "another application has loaded the program that enforces it",
                        "Keep SandboxLimits.Devices as it is, or create the sandbox again.");
                }

                _deviceProgram = wanted?.Apply(
                    directory, refusal => Refuse(nameof(SandboxLimits.Devices), refusal, plan.Requirement, refused));
                if (there.Version == CgroupVersion.V2)
                {
                    before?.Detach(directory);
                }
                else if (wanted is null)
                {
                    AllowedDevices.Lift(directory);
                }
            }
            catch (SandboxException) when (there.Version == CgroupVersion.V1 && wanted is not null)
            {
                // The v1 list is cleared before it is known whether all of the new list can be applied.
                Restore(there.Devices, directory);
                throw;
            }

            Put(_state.Hierarchies.SetItem(i, there with { Devices = wanted }));
        }
    }

    private static void Restore(AllowedDevices? devices, string directory)
    {
        if (devices is null)
        {
            AllowedDevices.Lift(directory);
        }
        else
        {
            devices.Apply(directory, static _ => { });
        }
    }

    /// <summary>Ensures that the sandbox has a cgroup with the specified controllers.</summary>
    private void Take(CgroupHierarchy wanted)
    {
        int index = Find(_state, wanted);
        if (index < 0)
        {
            Add(wanted with { Settings = [], Devices = null });
            return;
        }

        CgroupHierarchy there = _state.Hierarchies[index];
        CgroupHierarchy both = there with { Controllers = [.. there.Controllers.Union(wanted.Controllers)] };
        if (both.Version == CgroupVersion.V2 && both.Controllers.Length > there.Controllers.Length)
        {
            CgroupWriter.Enable(both, both.Parent);
            if (both.HasRunGroups)
            {
                CgroupWriter.Enable(both, Groups.Directories[index]);
            }
        }

        Put(_state.Hierarchies.SetItem(index, both));
    }

    /// <summary>Creates a cgroup in a further hierarchy, and moves all running processes into it.</summary>
    private void Add(CgroupHierarchy hierarchy)
    {
        string directory = $"{hierarchy.Parent}/{_name}";
        CgroupWriter.MakeForSandbox(hierarchy, directory, _claims);
        try
        {
            if (hierarchy is { Version: CgroupVersion.V2, HasRunGroups: true })
            {
                // A cgroup that enables controllers for its children cannot contain processes itself.
                CgroupWriter.Enable(hierarchy, directory);
                CgroupWriter.MakeDirectory(hierarchy, $"{directory}/{FirstRun}");
                ProcessAdoption.Adopt(Groups.Directories[0], $"{directory}/{FirstRun}");
            }
            else
            {
                ProcessAdoption.Adopt(Groups.Directories[0], directory);
            }

            Put(_state.Hierarchies.Add(hierarchy));
        }
        catch
        {
            // Move the processes back, because a cgroup with processes cannot be removed.
            ProcessAdoption.Return(directory, hierarchy.Parent);
            CgroupFiles.TryRemove(directory);
            throw;
        }
    }

    private void Put(ImmutableArray<CgroupHierarchy> hierarchies) =>
        _state = new GroupState(hierarchies, new CgroupSet(hierarchies, _name));

    private static int Find(GroupState state, CgroupHierarchy wanted)
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
}
