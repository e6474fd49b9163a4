namespace Isolation.Linux.Cgroups.Settings;

/// <summary>The groups of a sandbox.</summary>
internal enum CgroupLevel
{
    /// <summary>The group of the whole sandbox.</summary>
    Sandbox,

    /// <summary>The group of each command, below the sandbox's.</summary>
    Run,
}
