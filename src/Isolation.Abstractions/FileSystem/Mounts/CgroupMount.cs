namespace Isolation;

/// <summary>
/// Mounts a read-only view of the sandbox's own cgroups, by which programs such as the JVM, .NET and Node.js size
/// themselves; see cgroups(7).
/// </summary>
/// <param name="Target">The absolute path inside the sandbox.</param>
/// <remarks>
/// <para>
/// The view exists in sandboxes with limits (<see cref="SandboxSpecification.Limits"/>); in others, and where the
/// limits are only preferred and the host has no cgroups, the entry has no effect. It contains no other cgroup of the
/// machine.
/// </para>
/// <para>
/// On v2, the target is the sandbox's cgroup. On v1, it contains a directory for each controller of the sandbox, as on
/// the host; a file stands in for a controller that the sandbox does not use, because the JVM ignores limits unless
/// it finds <c>memory</c>, <c>cpu</c>, <c>cpuacct</c> and <c>cpuset</c>. The JVM also needs <c>/proc/cgroups</c>, which
/// <see cref="ProcContent.ProcessesOnly"/> omits.
/// </para>
/// </remarks>
public sealed record CgroupMount(string Target) : MountEntry(Target)
{
    /// <summary>Initializes a view at <c>/sys/fs/cgroup</c>.</summary>
    public CgroupMount()
        : this("/sys/fs/cgroup")
    {
    }
}
