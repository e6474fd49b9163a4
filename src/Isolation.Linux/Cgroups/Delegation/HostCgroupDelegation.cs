using System.Globalization;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Delegation;

/// <summary>Does to this host what the application allows.</summary>
internal sealed class HostCgroupDelegation(SystemdScope scope, HostGroup host) : ICgroupDelegation
{
    /// <summary>What is done where the application says nothing.</summary>
    internal static HostCgroupDelegation Default { get; } = new(SystemdScope.WhereNeeded, HostGroup.Kept);

    public Obstacle? LeaveGroup(string directory)
    {
        if (host == HostGroup.Kept)
        {
            return new Obstacle(
                $"The group {directory} has processes in it, and so cannot hand controllers on.",
                "Put the host into a group of its own below it (DelegateSubgroup=host in its unit), let it be moved "
                    + "there (LinuxSandboxOptions.HostGroup), or name another group (SandboxLimits.ParentGroup).");
        }

        string own = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        string[] others = [.. HostFiles.Current.ReadLines($"{directory}/cgroup.procs")
            .Where(line => line.Length > 0 && line != own)];
        return others.Length == 0
            ? HostCgroup.Enter(directory, HostCgroup.Name, Environment.ProcessId)
            : new Obstacle(
                $"The group {directory} has other processes than the host in it ({string.Join(", ", others.Take(5))}), "
                    + $"and so cannot hand controllers on.",
                "Start the host in a group of its own (DelegateSubgroup=host in its unit).");
    }

    public string? FindScope(string ownGroup, Func<string, string?> locate, out Obstacle? obstacle)
    {
        if (scope == SystemdScope.Never)
        {
            obstacle = new Obstacle(
                "The application does not let systemd be asked for a scope.",
                "LinuxSandboxOptions.SystemdScope = SystemdScope.WhereNeeded.");
            return null;
        }

        return HostScope.Find(ownGroup, host == HostGroup.MayMove, locate, out obstacle);
    }
}
