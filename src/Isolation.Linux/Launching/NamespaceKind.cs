using Isolation.Linux.Interop;

namespace Isolation.Linux.Launching;

/// <summary>What the kernel calls each kind of namespace.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Flag">Its clone flag.</param>
/// <param name="File">Its file below /proc/PID/ns.</param>
internal sealed record NamespaceKind(Namespaces Kind, long Flag, string File)
{
    /// <summary>All kinds in the order in which they are joined: the user namespace gives the rights for the others, the mount namespace comes last, so that paths keep their meaning.</summary>
    internal static NamespaceKind[] All { get; } =
    [
        new(Namespaces.User, CloneArguments.NewUser, "user"),
        new(Namespaces.Cgroup, CloneArguments.NewCgroup, "cgroup"),
        new(Namespaces.Ipc, CloneArguments.NewIpc, "ipc"),
        new(Namespaces.Uts, CloneArguments.NewUts, "uts"),
        new(Namespaces.Network, CloneArguments.NewNet, "net"),
        new(Namespaces.Pid, CloneArguments.NewPid, "pid"),
        new(Namespaces.Time, CloneArguments.NewTime, "time"),
        new(Namespaces.Mount, CloneArguments.NewNs, "mnt"),
    ];
}
