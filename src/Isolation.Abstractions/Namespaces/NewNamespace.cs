namespace Isolation;

/// <summary>A new namespace of the sandbox's own.</summary>
public sealed record NewNamespace : NamespaceSource
{
    /// <summary>What happens where the host cannot make one. Default: <see cref="Requirement.Require"/>.</summary>
    public Requirement Requirement { get; init; }
}
