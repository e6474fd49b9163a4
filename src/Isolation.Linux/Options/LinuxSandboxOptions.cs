namespace Isolation.Linux;

/// <summary>
/// Specifies what a <see cref="LinuxSandboxProvider"/> may change on the host to obtain a parent cgroup (v2).
/// </summary>
/// <remarks>
/// The provider uses the first of these that is usable: <see cref="SandboxLimits.CgroupPath"/> or
/// <see cref="SandboxLimits.ParentGroup"/>; a delegated cgroup that this process is in; a systemd scope; the root of
/// the hierarchy, if this process may write to it.
/// </remarks>
public sealed class LinuxSandboxOptions
{
    /// <summary>
    /// Gets or sets a value indicating whether the provider may request a systemd scope over D-Bus. Default:
    /// <see cref="SystemdScope.WhereNeeded"/>.
    /// </summary>
    /// <remarks>
    /// The request goes to the system manager if the application runs as root, otherwise to the user's manager. It is
    /// sent when the first sandbox with limits is created. The scope contains a small process of this library and ends
    /// with the application's process. Requires systemd 236 or newer.
    /// </remarks>
    public SystemdScope SystemdScope { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether this process may be moved into another cgroup. Default:
    /// <see cref="HostGroup.Kept"/>.
    /// </summary>
    /// <remarks>
    /// The move is visible to software that accounts for or limits processes by cgroup, as systemd does for its
    /// services.
    /// </remarks>
    public HostGroup HostGroup { get; set; }

    /// <summary>
    /// Gets or sets the directory in which sandboxes with <see cref="SandboxLifetime.Detached"/> are recorded. Default:
    /// null, <c>/run/isolation</c> for root and <c>$XDG_RUNTIME_DIR/isolation</c> for any other user.
    /// </summary>
    /// <remarks>
    /// It is created when the first detached sandbox is created. It must belong to the application's user, have mode
    /// 0700, be no symbolic link, and be on a path that only root and this user can change. It should be on a file
    /// system in memory: the state is useless after a restart of the host. Do not remove files there by hand; <see
    /// cref="ISandboxProvider.ListAsync"/> removes what is left of ended sandboxes.
    /// </remarks>
    public string? StateDirectory { get; set; }
}
