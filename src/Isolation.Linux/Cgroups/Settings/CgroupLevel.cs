namespace Isolation.Linux.Cgroups.Settings;

/// <summary>Specifies a level of a sandbox's cgroups.</summary>
internal enum CgroupLevel
{
    /// <summary>The cgroup of the whole sandbox.</summary>
    Sandbox,

    /// <summary>The cgroup of each command, below the sandbox's.</summary>
    Run,
}
