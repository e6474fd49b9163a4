using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Layout;

/// <summary>Obtains a cgroup on hosts where no v2 cgroup is usable as it is.</summary>
internal interface ICgroupDelegation
{
    /// <summary>
    /// Moves this process into a child of its cgroup, so that its cgroup can enable controllers for its children.
    /// </summary>
    /// <param name="directory">The directory of this process's cgroup.</param>
    /// <returns>Null on success; otherwise the reason why the process was not moved.</returns>
    Obstacle? LeaveGroup(string directory);

    /// <summary>Requests a scope from systemd, once for all sandboxes of this process.</summary>
    /// <param name="ownGroup">The cgroup of this process, as in <c>/proc/self/cgroup</c>.</param>
    /// <param name="locate">Finds the directory of a cgroup.</param>
    /// <param name="obstacle">The reason why there is no scope.</param>
    /// <returns>The directory of a cgroup without processes, or null.</returns>
    string? FindScope(string ownGroup, Func<string, string?> locate, out Obstacle? obstacle);

    /// <summary>
    /// Returns whether cgroups can still be created below a directory, that is, whether it is not an obtained cgroup
    /// that has ended.
    /// </summary>
    bool IsUsable(string directory);
}
