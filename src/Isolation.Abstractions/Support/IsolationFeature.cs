namespace Isolation;

/// <summary>What a host may or may not be able to do.</summary>
public enum IsolationFeature
{
    /// <summary>The operating system and processor architecture.</summary>
    Platform,

    /// <summary>Making user namespaces.</summary>
    UserNamespaces,

    /// <summary>Making mount namespaces.</summary>
    MountNamespaces,

    /// <summary>Making PID namespaces.</summary>
    PidNamespaces,

    /// <summary>Making network namespaces.</summary>
    NetworkNamespaces,

    /// <summary>Making IPC namespaces.</summary>
    IpcNamespaces,

    /// <summary>Making UTS namespaces.</summary>
    UtsNamespaces,

    /// <summary>Making cgroup namespaces.</summary>
    CgroupNamespaces,

    /// <summary>Making time namespaces.</summary>
    TimeNamespaces,

    /// <summary>Mapping any ids: a root host.</summary>
    AnyIdMaps,

    /// <summary>Mapping the subordinate ids of an ordinary user.</summary>
    SubordinateIdMaps,

    /// <summary>Mounting the process file system in a new PID namespace.</summary>
    ProcMounts,

    /// <summary>Overlay file systems.</summary>
    Overlay,

    /// <summary>Read-only for a whole tree of mounts.</summary>
    RecursiveReadOnly,

    /// <summary>Bind mounts that map owners.</summary>
    IdMappedMounts,

    /// <summary>Running the sandbox's first process from memory.</summary>
    ExecutableMemoryFiles,

    /// <summary>A cgroup below which the host may make others.</summary>
    Cgroups,

    /// <summary>The security module Landlock.</summary>
    Landlock,
}
