namespace Isolation;

/// <summary>Specifies kinds of namespaces; see namespaces(7).</summary>
[Flags]
public enum Namespaces
{
    /// <summary>No namespace.</summary>
    None = 0,

    /// <summary>User and group ids and capabilities (user_namespaces(7)).</summary>
    User = 1,

    /// <summary>Mounts (mount_namespaces(7)).</summary>
    Mount = 2,

    /// <summary>Processes (pid_namespaces(7)).</summary>
    Pid = 4,

    /// <summary>
    /// Network devices, addresses, ports and abstract sockets (network_namespaces(7)). A new namespace has only the
    /// loopback device, which is up.
    /// </summary>
    Network = 8,

    /// <summary>System V IPC and POSIX message queues (ipc_namespaces(7)).</summary>
    Ipc = 16,

    /// <summary>Host name and domain name (uts_namespaces(7)).</summary>
    Uts = 32,

    /// <summary>The view of the cgroup tree (cgroup_namespaces(7)).</summary>
    Cgroup = 64,

    /// <summary>Offsets of the monotonic and the boot-time clock (time_namespaces(7)).</summary>
    Time = 128,

    /// <summary>All kinds except time, which has no effect without offsets.</summary>
    Default = User | Mount | Pid | Network | Ipc | Uts | Cgroup,

    /// <summary>All eight kinds.</summary>
    All = Default | Time,
}
