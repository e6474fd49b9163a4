namespace Isolation;

/// <summary>Represents a new namespace for the sandbox.</summary>
public sealed record NewNamespace : NamespaceSource
{
    /// <summary>
    /// Gets a value that specifies what happens if the host cannot create the namespace. Default:
    /// <see cref="Requirement.Require"/>.
    /// </summary>
    public Requirement Requirement { get; init; }
}
