namespace Isolation;

/// <summary>
/// Specifies the source of each namespace of a sandbox. Default: all namespaces are new except time, which is the
/// host's.
/// </summary>
public sealed record NamespaceSet
{
    /// <summary>Gets the source of the user namespace: user ids, group ids and capabilities. Default: new.</summary>
    public NamespaceSource User { get; init; } = NamespaceSource.New;

    /// <summary>Gets the source of the mount namespace. Default: new.</summary>
    public NamespaceSource Mount { get; init; } = NamespaceSource.New;

    /// <summary>Gets the source of the PID namespace. Default: new.</summary>
    /// <remarks>
    /// Only a new PID namespace guarantees that no process escapes. With the host's or a joined namespace, the
    /// sandbox's first process is not process 1, and ending the sandbox requires a search for its processes.
    /// </remarks>
    public NamespaceSource Pid { get; init; } = NamespaceSource.New;

    /// <summary>Gets the source of the network namespace. Default: new.</summary>
    public NamespaceSource Network { get; init; } = NamespaceSource.New;

    /// <summary>Gets the source of the IPC namespace: System V IPC and message queues. Default: new.</summary>
    public NamespaceSource Ipc { get; init; } = NamespaceSource.New;

    /// <summary>Gets the source of the UTS namespace: host and domain name. Default: new.</summary>
    public NamespaceSource Uts { get; init; } = NamespaceSource.New;

    /// <summary>Gets the source of the cgroup namespace: the view of the cgroup tree. Default: new.</summary>
    public NamespaceSource Cgroup { get; init; } = NamespaceSource.New;

    /// <summary>Gets the source of the time namespace: clock offsets. Default: the host's.</summary>
    public NamespaceSource Time { get; init; } = NamespaceSource.Host;

    /// <summary>Creates a set in which the specified kinds are new and all others are the host's.</summary>
    /// <param name="kinds">The kinds of new namespaces.</param>
    /// <returns>The set.</returns>
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

    /// <summary>Gets the source of the namespace of one kind.</summary>
    /// <param name="kind">Exactly one kind.</param>
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
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Specify exactly one kind of namespace."),
    };

    /// <summary>Creates a copy of the set with another source for the specified kinds.</summary>
    /// <param name="kinds">The kinds to change.</param>
    /// <param name="source">The new source.</param>
    /// <returns>The new set.</returns>
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
