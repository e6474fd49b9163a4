namespace Isolation.Linux;

/// <summary>
/// What a <see cref="LinuxSandboxProvider"/> may do to its host to have a place for control groups of v2. That is, in
/// this order: <see cref="SandboxLimits.ParentGroup"/>; a delegated group that this process is in; a scope of systemd;
/// the root of the hierarchy, if this process may write to it.
/// </summary>
public sealed class LinuxSandboxOptions
{
    /// <summary>
    /// Whether systemd is asked for a scope: as root the system's manager, else the user's, over D-Bus. Default:
    /// <see cref="SystemdScope.WhereNeeded"/>, when the first sandbox with limits is made. The scope has a small
    /// process of this library in it and ends with this process. Needs systemd 236 or newer.
    /// </summary>
    public SystemdScope SystemdScope { get; set; }

    /// <summary>
    /// Whether this process may be moved into another group. Default: <see cref="HostGroup.Kept"/>. What counts and
    /// limits processes by their groups, as systemd does for its services, sees the move.
    /// </summary>
    public HostGroup HostGroup { get; set; }
}
