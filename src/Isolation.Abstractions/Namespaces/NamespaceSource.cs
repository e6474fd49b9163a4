namespace Isolation;

/// <summary>
/// Specifies the source of a namespace: <see cref="New"/>, <see cref="Host"/>, <see cref="JoinedByPath"/> or
/// <see cref="JoinedFromProcess"/>.
/// </summary>
public abstract record NamespaceSource
{
    private protected NamespaceSource()
    {
    }

    /// <summary>Gets a new namespace for the sandbox.</summary>
    public static NamespaceSource New { get; } = new NewNamespace();

    /// <summary>
    /// Gets a new namespace if the host supports it; otherwise, the host's namespace. The sandbox's report states which
    /// one is used.
    /// </summary>
    public static NamespaceSource NewIfPossible { get; } = new NewNamespace { Requirement = Requirement.Prefer };

    /// <summary>Gets the namespace of the application.</summary>
    public static NamespaceSource Host { get; } = new HostNamespace();

    /// <summary>
    /// Creates a source for an existing namespace, identified by a path such as <c>/run/netns/blue</c>.
    /// </summary>
    /// <param name="path">The absolute path of a file that represents the namespace.</param>
    /// <returns>The source.</returns>
    public static NamespaceSource ByPath(string path) => new JoinedByPath(path);

    /// <summary>Creates a source for the namespace of a process of the host.</summary>
    /// <param name="processId">The process id on the host.</param>
    /// <returns>The source.</returns>
    public static NamespaceSource OfProcess(int processId) => new JoinedFromProcess(processId);
}
