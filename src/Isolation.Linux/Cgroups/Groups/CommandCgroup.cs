using Isolation.Linux.Cgroups.Accounting;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Errors;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>The groups of one command.</summary>
internal sealed class CommandCgroup
{
    private readonly SandboxCgroups _sandbox;
    private readonly (TimeSpan? Time, long? Periods) _throttledBefore;
    private readonly long? _refusedBefore;
    private SandboxUsage? _counted;

    /// <summary>The only command of a sandbox: the sandbox's groups are its own.</summary>
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

    /// <summary>The directories that no other command has processes in.</summary>
    private string[] Own { get; }

    private bool IsSandbox => ReferenceEquals(Groups, _sandbox.Groups);

    /// <summary>
    /// Opens what a process writes to in order to become a member. Whoever calls closes the descriptors.
    /// </summary>
    internal void OpenEntries(List<int> descriptors)
    {
        foreach (string directory in Groups.Directories)
        {
            string file = $"{directory}/cgroup.procs";
            descriptors.Add((int)SandboxErrors.Check(
                Kernel.openat(Kernel.AtFdcwd, file, Kernel.OWronly | Kernel.OCloexec), "open the control group",
                directory, StepKind.MakeGroup));
        }
    }

    /// <summary>The CPU time so far; null where no group counts it.</summary>
    internal TimeSpan? ReadCpuTime() => UsageReader.ReadCpuTime(Groups);

    /// <summary>Whether the sandbox's memory limit was ever in the way of something.</summary>
    internal bool HasReachedMemoryLimit() => UsageReader.ReadMemoryHits(_sandbox.Groups) > 0;

    internal SandboxUsage ReadUsage()
    {
        SandboxUsage usage = UsageReader.Read(Groups);
        _counted = usage;
        if (IsSandbox)
        {
            return usage;
        }

        // The limits are the sandbox's, and so is most of what is counted at them.
        (TimeSpan? time, long? periods) = UsageReader.ReadThrottling(_sandbox.Groups);
        return usage with
        {
            ThrottledTime = time - _throttledBefore.Time,
            ThrottledPeriods = periods - _throttledBefore.Periods,
            RefusedProcesses = usage.RefusedProcesses
                + (UsageReader.ReadRefused(_sandbox.Groups) - _refusedBefore ?? 0),
        };
    }

    /// <summary>
    /// Kills all that is in the command's groups at this moment. In a sandbox's own groups of v1 that it shares with
    /// other commands there is nothing to kill by.
    /// </summary>
    /// <returns>False if the command has no group of its own to be killed by.</returns>
    internal bool TryKillOnce()
    {
        CgroupKiller.KillOnce(Own, _sandbox.ThawedDirectory);
        return Own.Length > 0;
    }

    /// <summary>Whether no process is left in the command's groups; null if it has none of its own.</summary>
    internal bool? IsEmpty() => Own.Length == 0
        ? null
        : Own.All(directory => CgroupFiles.Members(directory).Length == 0);

    /// <summary>
    /// Removes the groups. While there are processes in them they are left to the sandbox's next command, or its end.
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
