namespace Isolation.Escapes.Harness;

/// <summary>A way to sandbox that the attacks are tried against.</summary>
/// <param name="Name">The name in the scoreboard.</param>
/// <param name="Make">Starts a sandbox of it.</param>
internal sealed record Tier(string Name, Func<SandboxBuilder> Make)
{
    /// <summary>Lets a sandbox read and execute a directory of the host, at the same path.</summary>
    internal Func<SandboxBuilder, string, SandboxBuilder> Show { get; init; } =
        static (builder, directory) => builder.AddToRoot(root => root.FromHost(directory));

    /// <summary>Lets a sandbox also write to a directory of the host, at the same path.</summary>
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
    /// A sandbox of it that an attack goes on with. The attacker is root inside where there are ids of its own: who is
    /// not may do less.
    /// </summary>
    internal SandboxBuilder Start() => HasUsers ? Make().WithUser(0, 0) : Make();
}
