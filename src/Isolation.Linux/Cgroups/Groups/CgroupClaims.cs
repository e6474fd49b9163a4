using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Errors;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>
/// Creates and owns the cgroups of a sandbox whose path the application specified. Their name tells no owner, so a lock
/// does.
/// </summary>
internal sealed class CgroupClaims : IDisposable
{
    private const int MaximumAttempts = 100;
    private const int MaximumRounds = 500;
    private const string Remedy =
        "Remove the cgroup, or choose another path (SandboxLimits.CgroupPath).";

    private readonly List<CgroupLock> _locks = [];

    /// <summary>Gets a value indicating whether a cgroup could not be created because it is in use.</summary>
    internal bool HasConflict { get; private set; }

    /// <summary>
    /// Creates the sandbox's cgroup in a hierarchy. An existing cgroup without processes and owner is replaced, because
    /// its limits and figures are those of another sandbox.
    /// </summary>
    /// <exception cref="SandboxException">
    /// The cgroup is in use (<c>EBUSY</c>), or cannot be created. An existing cgroup is unchanged.
    /// </exception>
    internal void Make(CgroupHierarchy hierarchy, string directory)
    {
        for (int attempt = 0; attempt < MaximumAttempts; attempt++)
        {
            long made = Kernel.mkdir(directory, CgroupWriter.Mode);
            if (made != -Errno.EEXIST)
            {
                SandboxErrors.Check(made, "create the cgroup", directory, StepKind.MakeGroup);
            }

            CgroupLock? held = CgroupLock.TryTake(directory, out bool isTaken);
            if (isTaken)
            {
                throw Conflict(directory, "another sandbox uses it");
            }

            if (held is null)
            {
                continue;
            }

            if (made == 0)
            {
                _locks.Add(held);
                CgroupWriter.Initialize(hierarchy, directory);
                return;
            }

            using (held)
            {
                RemoveLeftover(directory);
            }
        }

        throw Conflict(directory, "other processes create and remove it at the same time");
    }

    /// <summary>Gives up the cgroups, which then belong to nobody.</summary>
    public void Dispose()
    {
        _locks.ForEach(static held => held.Dispose());
        _locks.Clear();
    }

    /// <summary>
    /// Removes a cgroup without owner. Only the kernel decides whether it is empty, so that no process is missed.
    /// </summary>
    private void RemoveLeftover(string directory)
    {
        // A killed application leaves the cgroups of its commands.
        foreach (string child in CgroupFiles.Children(directory))
        {
            if (Path.GetFileName(child).StartsWith(SandboxCgroups.RunPrefix, StringComparison.Ordinal))
            {
                CgroupFiles.TryRemove(child);
            }
        }

        for (int round = 0; ; round++)
        {
            long removed = Kernel.rmdir(directory);
            if (removed != -Errno.EBUSY)
            {
                SandboxErrors.Check(
                    removed == -Errno.ENOENT ? 0 : removed, "replace the cgroup", directory, StepKind.MakeGroup);
                return;
            }

            int processes = CgroupFiles.WithThoseBelow(directory).Sum(CountProcesses);
            if (processes > 0)
            {
                throw Conflict(directory, $"it contains {processes} {(processes == 1 ? "process" : "processes")}");
            }

            if (CgroupFiles.Children(directory) is { Length: > 0 } children)
            {
                throw Conflict(directory, $"it contains the cgroup {Path.GetFileName(children[0])}");
            }

            if (round == MaximumRounds)
            {
                throw Conflict(directory, "its last processes do not end");
            }

            // A process counts as a member until the kernel has released it.
            Thread.Sleep(1);
        }
    }

    /// <summary>Counts the processes of a cgroup, including those that are invisible to this process.</summary>
    private static int CountProcesses(string directory) =>
        CgroupFiles.Read($"{directory}/cgroup.procs").AsSpan().Count('\n');

    private SandboxException Conflict(string directory, string reason)
    {
        HasConflict = true;
        return new SandboxException(
            "create the cgroup", directory, 0, nameof(Errno.EBUSY), reason, Remedy);
    }
}
