using System.Globalization;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Delegation;

/// <summary>Changes the host's cgroups as far as the application allows it.</summary>
internal sealed class HostCgroupDelegation(SystemdScope scope, HostGroup host) : ICgroupDelegation
{
    /// <summary>Gets the delegation with default options.</summary>
    internal static HostCgroupDelegation Default { get; } = new(SystemdScope.WhereNeeded, HostGroup.Kept);

    public Obstacle? LeaveGroup(string directory)
    {
        if (host == HostGroup.Kept)
        {
            return new Obstacle(
                $"The cgroup {directory} contains processes, so it cannot enable controllers for its children.",
                "Start the application in its own child cgroup (DelegateSubgroup=host in its unit), allow moving it "
                    + "there (LinuxSandboxOptions.HostGroup), or specify another cgroup (SandboxLimits.ParentGroup).");
        }

        string own = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        string[] others = [.. HostFiles.Current.ReadLines($"{directory}/cgroup.procs")
            .Where(line => line.Length > 0 && line != own)];
        return others.Length == 0
            ? HostCgroup.Enter(directory, HostCgroup.Name, Environment.ProcessId)
            : new Obstacle(
                $"The cgroup {directory} contains other processes ({string.Join(", ", others.Take(5))}), "
                    + $"so it cannot enable controllers for its children.",
                "Start the application in its own cgroup (DelegateSubgroup=host in its unit).");
    }

    public string? FindScope(string ownGroup, Func<string, string?> locate, out Obstacle? obstacle)
    {
        if (scope == SystemdScope.Never)
        {
            obstacle = new Obstacle(
                "The application does not allow requesting a systemd scope.",
                "Set LinuxSandboxOptions.SystemdScope to SystemdScope.WhereNeeded.");
            return null;
        }

        return HostScope.Find(ownGroup, host == HostGroup.MayMove, locate, out obstacle);
    }

    public bool IsUsable(string directory) => HostScope.IsUsable(directory);
}
