namespace Isolation.Escapes.Harness;

/// <summary>Represents a kind of sandbox that the attacks are tried against.</summary>
/// <param name="Name">The name in the scoreboard.</param>
/// <param name="Make">A function that creates a builder for a sandbox of the tier.</param>
internal sealed record Tier(string Name, Func<SandboxBuilder> Make)
{
    /// <summary>Gets a function that lets a sandbox read and execute a host directory at the same path.</summary>
    internal Func<SandboxBuilder, string, SandboxBuilder> Show { get; init; } =
        static (builder, directory) => builder.AddToRoot(root => root.FromHost(directory));

    /// <summary>Gets a function that lets a sandbox also write to a host directory at the same path.</summary>
    internal Func<SandboxBuilder, string, SandboxBuilder> Share { get; init; } =
        static (builder, directory) =>
            builder.AddToRoot(root => root.Bind(directory, directory, MountAccess.ReadWrite));

    private readonly Lazy<SandboxSpecification> _plain = new(() => Make().Build());

    internal NamespaceSet Namespaces => _plain.Value.Namespaces;

    internal bool HasProcesses => Namespaces.Pid is NewNamespace;

    internal bool HasMounts => Namespaces.Mount is NewNamespace;

    internal bool HasNames => Namespaces.Uts is NewNamespace;

    internal bool HasUsers => Namespaces.User is NewNamespace;

    public override string ToString() => Name;

    /// <summary>
    /// Creates a builder for an attack. The attacker is root in the sandbox if the tier has its own user ids, since
    /// other users have fewer privileges.
    /// </summary>
    internal SandboxBuilder Start() => HasUsers ? Make().WithUser(0, 0) : Make();
}
