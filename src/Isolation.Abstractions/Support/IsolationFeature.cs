namespace Isolation;

/// <summary>Specifies a feature that a host may or may not support.</summary>
public enum IsolationFeature
{
    /// <summary>The operating system and processor architecture.</summary>
    Platform,

    /// <summary>Creating user namespaces.</summary>
    UserNamespaces,

    /// <summary>Creating mount namespaces.</summary>
    MountNamespaces,

    /// <summary>Creating PID namespaces.</summary>
    PidNamespaces,

    /// <summary>Creating network namespaces.</summary>
    NetworkNamespaces,

    /// <summary>Creating IPC namespaces.</summary>
    IpcNamespaces,

    /// <summary>Creating UTS namespaces.</summary>
    UtsNamespaces,

    /// <summary>Creating cgroup namespaces.</summary>
    CgroupNamespaces,

    /// <summary>Creating time namespaces.</summary>
    TimeNamespaces,

    /// <summary>Mapping any ids, which requires an application that runs as root.</summary>
    AnyIdMaps,

    /// <summary>Mapping the subordinate ids of an ordinary user.</summary>
    SubordinateIdMaps,

    /// <summary>Mounting procfs in a new PID namespace.</summary>
    ProcMounts,

    /// <summary>Overlay file systems.</summary>
    Overlay,

    /// <summary>Making a whole tree of mounts read-only.</summary>
    RecursiveReadOnly,

    /// <summary>ID-mapped bind mounts.</summary>
    IdMappedMounts,

    /// <summary>Running the sandbox's first process from a memory file.</summary>
    ExecutableMemoryFiles,

    /// <summary>A cgroup below which the application may create others.</summary>
    Cgroups,

    /// <summary>The Landlock security module.</summary>
    Landlock,
}
