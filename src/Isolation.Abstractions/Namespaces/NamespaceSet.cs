namespace Isolation;

/// <summary>Where each namespace of a sandbox comes from. Default: all new but time, which is the host's.</summary>
public sealed record NamespaceSet
{
    /// <summary>User ids, group ids and capabilities.</summary>
    public NamespaceSource User { get; init; } = NamespaceSource.New;

    /// <summary>Mounts.</summary>
    public NamespaceSource Mount { get; init; } = NamespaceSource.New;

    /// <summary>
    /// Processes. With the host's or a joined one the sandbox's first process is not process 1, and ending the sandbox
    /// must search for its processes; only a new one guarantees that none escapes.
    /// </summary>
    public NamespaceSource Pid { get; init; } = NamespaceSource.New;

    /// <summary>Network.</summary>
    public NamespaceSource Network { get; init; } = NamespaceSource.New;

    /// <summary>System V IPC and message queues.</summary>
    public NamespaceSource Ipc { get; init; } = NamespaceSource.New;

    /// <summary>Host and domain name.</summary>
    public NamespaceSource Uts { get; init; } = NamespaceSource.New;

    /// <summary>View of the cgroup tree.</summary>
    public NamespaceSource Cgroup { get; init; } = NamespaceSource.New;

    /// <summary>Clock offsets.</summary>
    public NamespaceSource Time { get; init; } = NamespaceSource.Host;

    /// <summary>A set in which the given kinds are new and all others the host's.</summary>
    public static NamespaceSet NewOnly(Namespaces kinds)
    {
        NamespaceSource Of(Namespaces kind) => kinds.HasFlag(kind) ? NamespaceSource.New : NamespaceSource.Host;
        return new NamespaceSet
        {
            User = Of(Namespaces.User),
            Mount = Of(Namespaces.Mount),
            Pid = Of(Namespaces.Pid),
            Network = Of(Namespaces.Network),
            Ipc = Of(Namespaces.Ipc),
            Uts = Of(Namespaces.Uts),
            Cgroup = Of(Namespaces.Cgroup),
            Time = Of(Namespaces.Time),
        };
    }

    /// <summary>Where the namespace of one kind comes from.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kind"/> is not exactly one kind.</exception>
    public NamespaceSource this[Namespaces kind] => kind switch
    {
        Namespaces.User => User,
        Namespaces.Mount => Mount,
        Namespaces.Pid => Pid,
        Namespaces.Network => Network,
        Namespaces.Ipc => Ipc,
        Namespaces.Uts => Uts,
        Namespaces.Cgroup => Cgroup,
        Namespaces.Time => Time,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Exactly one kind of namespace is expected."),
    };

    /// <summary>The same set with another source for the given kinds.</summary>
    public NamespaceSet With(Namespaces kinds, NamespaceSource source) => new()
    {
        User = kinds.HasFlag(Namespaces.User) ? source : User,
        Mount = kinds.HasFlag(Namespaces.Mount) ? source : Mount,
        Pid = kinds.HasFlag(Namespaces.Pid) ? source : Pid,
        Network = kinds.HasFlag(Namespaces.Network) ? source : Network,
        Ipc = kinds.HasFlag(Namespaces.Ipc) ? source : Ipc,
        Uts = kinds.HasFlag(Namespaces.Uts) ? source : Uts,
        Cgroup = kinds.HasFlag(Namespaces.Cgroup) ? source : Cgroup,
        Time = kinds.HasFlag(Namespaces.Time) ? source : Time,
    };
}
