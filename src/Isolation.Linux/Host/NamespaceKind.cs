using Isolation.Linux.Interop;

namespace Isolation.Linux.Host;

/// <summary>What the kernel calls each kind of namespace.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Flag">Its clone flag.</param>
/// <param name="File">Its file below /proc/PID/ns.</param>
internal sealed record NamespaceKind(Namespaces Kind, long Flag, string File)
{
    /// <summary>
    /// All kinds in the order in which they are joined: the user namespace gives the rights for the others, the mount
    /// namespace comes last, so that paths keep their meaning.
    /// </summary>
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

    /// <summary>What people call it.</summary>
    internal string Word => Kind switch
    {
        Namespaces.Network => "network",
        Namespaces.Mount => "mount",
        Namespaces.Pid or Namespaces.Ipc or Namespaces.Uts => File.ToUpperInvariant(),
        _ => File,
    };

    /// <summary>The setting that limits how many there are, a file below /proc/sys/user.</summary>
    internal string Limit => $"max_{File}_namespaces";

    /// <summary>What the probe calls making one.</summary>
    internal IsolationFeature Feature => Kind switch
    {
        Namespaces.User => IsolationFeature.UserNamespaces,
        Namespaces.Mount => IsolationFeature.MountNamespaces,
        Namespaces.Pid => IsolationFeature.PidNamespaces,
        Namespaces.Network => IsolationFeature.NetworkNamespaces,
        Namespaces.Ipc => IsolationFeature.IpcNamespaces,
        Namespaces.Uts => IsolationFeature.UtsNamespaces,
        Namespaces.Cgroup => IsolationFeature.CgroupNamespaces,
        _ => IsolationFeature.TimeNamespaces,
    };

    /// <summary>The entry of one kind.</summary>
    internal static NamespaceKind Of(Namespaces kind) => Array.Find(All, entry => entry.Kind == kind)!;
}
