namespace Isolation;

/// <summary>
/// The five capability sets of a command, as in the OCI runtime specification (<c>process.capabilities</c>): those that
/// the process has when it executes the program. What is left of them afterwards is the kernel's rule
/// (capabilities(7)): a program without file capabilities gets the ambient set, and one that user 0 executes gets the
/// bounding set as well, unless <see cref="SecureBits.NoRoot"/> is set.
/// </summary>
public sealed record CapabilitySets
{
    /// <summary>No capability in any set: what a program that is not trusted gets.</summary>
    public static CapabilitySets None { get; } = new();

    /// <summary>What the program, and all that it executes, can have at most.</summary>
    public Capabilities Bounding { get; init; }

    /// <summary>What the process may put in force.</summary>
    public Capabilities Permitted { get; init; }

    /// <summary>What is in force. A subset of <see cref="Permitted"/>.</summary>
    public Capabilities Effective { get; init; }

    /// <summary>What a file may pass on. A subset of <see cref="Bounding"/>.</summary>
    public Capabilities Inheritable { get; init; }

    /// <summary>
    /// What an ordinary program keeps. A subset of <see cref="Permitted"/> and of <see cref="Inheritable"/>.
    /// </summary>
    public Capabilities Ambient { get; init; }

    /// <summary>Whether no capability is in any set.</summary>
    public bool IsEmpty => (Bounding | Permitted | Effective | Inheritable | Ambient) == Capabilities.None;

    /// <summary>The same capabilities in all five sets, so that every program has them, whoever executes it.</summary>
    public static CapabilitySets Of(Capabilities capabilities) => new()
    {
        Bounding = capabilities,
        Permitted = capabilities,
        Effective = capabilities,
        Inheritable = capabilities,
        Ambient = capabilities,
    };
}
