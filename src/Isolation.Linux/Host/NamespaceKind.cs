using Isolation.Linux.Interop;

namespace Isolation.Linux.Host;

/// <summary>Describes a kind of namespace by its names in the kernel.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Flag">The clone flag.</param>
/// <param name="File">The name of the file in /proc/PID/ns.</param>
internal sealed record NamespaceKind(Namespaces Kind, long Flag, string File)
{
    /// <summary>
    /// Gets all kinds in the order in which they are joined: the user namespace first, because it grants the rights for
    /// the others, and the mount namespace last, because it changes the meaning of paths.
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

    /// <summary>Gets the common name.</summary>
    internal string Word => Kind switch
    {
        Namespaces.Network => "network",
        Namespaces.Mount => "mount",
        Namespaces.Pid or Namespaces.Ipc or Namespaces.Uts => File.ToUpperInvariant(),
        _ => File,
    };

    /// <summary>Gets the name of the setting in /proc/sys/user that limits the number of namespaces.</summary>
    internal string Limit => $"max_{File}_namespaces";

    /// <summary>Gets the feature that reports whether namespaces of this kind can be created.</summary>
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

    /// <summary>Gets the entry of a kind.</summary>
    internal static NamespaceKind Of(Namespaces kind) => Array.Find(All, entry => entry.Kind == kind)!;
}
