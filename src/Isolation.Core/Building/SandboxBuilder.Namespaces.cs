namespace Isolation;

public sealed partial class SandboxBuilder
{
    /// <summary>
    /// Creates new namespaces of the specified kinds and shares all others with the host. Default:
    /// <see cref="Namespaces.Default"/>.
    /// </summary>
    public SandboxBuilder WithNamespaces(Namespaces kinds) => WithNamespaces(NamespaceSet.NewOnly(Known(kinds)));

    /// <summary>Sets the source of every namespace. Default: all are new except time.</summary>
    public SandboxBuilder WithNamespaces(NamespaceSet namespaces)
    {
        ArgumentNullException.ThrowIfNull(namespaces);
        return Set(_specification with { Namespaces = namespaces });
    }

    /// <summary>Sets the source of the namespaces of the specified kinds and keeps the others.</summary>
    public SandboxBuilder WithNamespaces(Namespaces kinds, NamespaceSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        PartialValidator.Check(plain => plain with { Namespaces = plain.Namespaces.With(Namespaces.Time, source) });
        return Set(_specification with { Namespaces = _specification.Namespaces.With(Known(kinds), source) });
    }

    /// <summary>Shares the namespaces of the specified kinds with the host and keeps the others.</summary>
    public SandboxBuilder WithHostNamespaces(Namespaces kinds) => WithNamespaces(kinds, NamespaceSource.Host);

    /// <summary>
    /// Creates new namespaces of the specified kinds if the host supports them and shares them with the host otherwise.
    /// The others are kept.
    /// </summary>
    public SandboxBuilder WithPreferredNamespaces(Namespaces kinds) =>
        WithNamespaces(kinds, NamespaceSource.NewIfPossible);

    /// <summary>Uses the namespaces of a process for the specified kinds and keeps the others.</summary>
    public SandboxBuilder WithNamespacesOf(int processId, Namespaces kinds) =>
        WithNamespaces(kinds, NamespaceSource.OfProcess(processId));

    private static Namespaces Known(Namespaces kinds) =>
        (kinds & ~Namespaces.All) == 0
            ? kinds
            : throw new ArgumentOutOfRangeException(
                nameof(kinds), kinds, "Contains bits that are not kinds of namespaces.");
}
