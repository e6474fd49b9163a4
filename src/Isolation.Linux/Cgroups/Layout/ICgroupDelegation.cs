using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Layout;

/// <summary>What is done to a host, where none of its groups of v2 serves as it is.</summary>
internal interface ICgroupDelegation
{
    /// <summary>
    /// Moves this process into a group of its own below the one that it is in, so that the latter can hand controllers
    /// on.
    /// </summary>
    /// <param name="directory">The directory of the group that it is in.</param>
    /// <returns>Null, or why it stays.</returns>
    Obstacle? LeaveGroup(string directory);

    /// <summary>Has systemd give a scope, once for all sandboxes of this process.</summary>
    /// <param name="ownGroup">The group that this process is in, as <c>/proc/self/cgroup</c> has it.</param>
    /// <param name="locate">Finds the directory of a group.</param>
    /// <param name="obstacle">Why there is none.</param>
    /// <returns>The directory of a group without processes, or null.</returns>
    string? FindScope(string ownGroup, Func<string, string?> locate, out Obstacle? obstacle);
}
