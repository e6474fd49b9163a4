namespace Isolation.Linux;

/// <summary>Specifies whether the provider may request a systemd scope as the parent of its cgroups.</summary>
public enum SystemdScope
{
    /// <summary>
    /// A transient scope with <c>Delegate=yes</c> is requested, once per process, if limits require cgroup v2 and the
    /// process is not in a delegated cgroup that can enable controllers for its children.
    /// </summary>
    WhereNeeded,

    /// <summary>No scope is requested.</summary>
    Never,
}
