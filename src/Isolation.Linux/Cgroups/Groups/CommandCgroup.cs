using Isolation.Linux.Cgroups.Accounting;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Errors;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>Represents the cgroups of one command.</summary>
internal sealed class CommandCgroup
{
    private readonly SandboxCgroups _sandbox;
    private readonly (TimeSpan? Time, long? Periods) _throttledBefore;
    private readonly long? _refusedBefore;
    private SandboxUsage? _counted;

    /// <summary>Initializes the cgroups of a sandbox's only command, which are the sandbox's own.</summary>
    internal CommandCgroup(SandboxCgroups sandbox)
    {
        _sandbox = sandbox;
        Groups = sandbox.Groups;
        Own = [.. Groups.Directories];
        (_throttledBefore, _refusedBefore) = ((TimeSpan.Zero, 0), 0);
    }

    internal CommandCgroup(SandboxCgroups sandbox, CgroupSet groups)
    {
        _sandbox = sandbox;
        Groups = groups;
        Own = [.. groups.Directories.Where((directory, i) => directory != sandbox.Groups.Directories[i])];
        _throttledBefore = UsageReader.ReadThrottling(sandbox.Groups);
        _refusedBefore = UsageReader.ReadRefused(sandbox.Groups);
    }

    internal CgroupSet Groups { get; }

    /// <summary>Gets the directories in which no other command has processes.</summary>
    private string[] Own { get; }

    /// <summary>
    /// Gets whether the command sees itself in the root of the hierarchies, in a cgroup namespace of its own. With
    /// cgroups of its own below those of the sandbox, which the view shows, v1 programs need the path between them.
    /// </summary>
    internal bool IsRootOfView => IsSandbox || Groups.AreUnified;

    private bool IsSandbox => ReferenceEquals(Groups, _sandbox.Groups);

    /// <summary>
    /// Opens the files to which a process writes to become a member. The caller closes the descriptors.
    /// </summary>
    internal void OpenEntries(List<int> descriptors)
    {
        foreach (string directory in Groups.Directories)
        {
            string file = $"{directory}/cgroup.procs";
            descriptors.Add((int)SandboxErrors.Check(
                Kernel.openat(Kernel.AtFdcwd, file, Kernel.OWronly | Kernel.OCloexec), "open the cgroup",
                directory, StepKind.MakeGroup));
        }
    }

    /// <summary>Reads the CPU time so far; null if no cgroup counts it.</summary>
    internal TimeSpan? ReadCpuTime() => UsageReader.ReadCpuTime(Groups);

    /// <summary>Returns whether the sandbox's memory limit was ever reached.</summary>
    internal bool HasReachedMemoryLimit() => UsageReader.ReadMemoryHits(_sandbox.Groups) > 0;

    internal SandboxUsage ReadUsage()
    {
        SandboxUsage usage = UsageReader.Read(Groups);
        _counted = usage;
        if (IsSandbox)
        {
            return usage;
        }

        // The sandbox has the limits, so most of the events at the limits are counted there.
        (TimeSpan? time, long? periods) = UsageReader.ReadThrottling(_sandbox.Groups);
        return usage with
        {
            ThrottledTime = time - _throttledBefore.Time,
            ThrottledPeriods = periods - _throttledBefore.Periods,
            RefusedProcesses = usage.RefusedProcesses
                + (UsageReader.ReadRefused(_sandbox.Groups) - _refusedBefore ?? 0),
        };
    }

    /// <summary>Kills the processes that are currently in the command's own cgroups.</summary>
    /// <returns>
    /// <see langword="false"/> if the command has no cgroup of its own, as with v1 cgroups of the sandbox that are
    /// shared with other commands.
    /// </returns>
    internal bool TryKillOnce()
    {
        _sandbox.KillOnce(Own);
        return Own.Length > 0;
    }

    /// <summary>Returns whether the command's own cgroups contain no process; null if it has none.</summary>
    internal bool? IsEmpty() => Own.Length == 0
        ? null
        : Own.All(directory => CgroupFiles.Members(directory).Length == 0);

    /// <summary>
    /// Removes the cgroups. Cgroups that still contain processes are removed by the sandbox's next command, or with the
    /// sandbox.
    /// </summary>
    internal void Remove()
    {
        if (!IsSandbox && !_sandbox.Ledger.Remove(Groups, _counted ?? UsageReader.Read(Groups), RemoveDirectories))
        {
            _sandbox.Leave(this);
        }
    }

    private bool RemoveDirectories()
    {
        bool areGone = true;
        for (int i = 0; i < Groups.Directories.Length; i++)
        {
            areGone &= Groups.Directories[i] == _sandbox.Groups.Directories[i]
                || CgroupFiles.TryRemove(Groups.Directories[i]);
        }

        return areGone;
    }
}
