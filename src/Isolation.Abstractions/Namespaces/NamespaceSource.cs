namespace Isolation;

/// <summary>
/// Where a namespace comes from: <see cref="New"/>, <see cref="Host"/>, <see cref="JoinedByPath"/> or
/// <see cref="JoinedFromProcess"/>.
/// </summary>
public abstract record NamespaceSource
{
    private protected NamespaceSource()
    {
    }

    /// <summary>A new namespace of the sandbox's own.</summary>
    public static NamespaceSource New { get; } = new NewNamespace();

    /// <summary>A new namespace where the host can make one, else the host's; the report says which.</summary>
    public static NamespaceSource NewIfPossible { get; } = new NewNamespace { Requirement = Requirement.Prefer };

    /// <summary>The namespace that the host process is in.</summary>
    public static NamespaceSource Host { get; } = new HostNamespace();

    /// <summary>
    /// An existing namespace, by the path of a file that stands for it, such as <c>/run/netns/blue</c>.
    /// </summary>
    public static NamespaceSource ByPath(string path) => new JoinedByPath(path);

    /// <summary>The namespace that a process of the host is in.</summary>
    public static NamespaceSource OfProcess(int processId) => new JoinedFromProcess(processId);
}
