namespace Isolation;

/// <summary>
/// Represents the five capability sets that a command has when it executes its program, as in the OCI runtime
/// specification (<c>process.capabilities</c>).
/// </summary>
/// <remarks>
/// The kernel computes the sets of the executed program from these sets (capabilities(7)): a program without file
/// capabilities gets the ambient set, and a program executed by user 0 also gets the bounding set, unless
/// <see cref="SecureBits.NoRoot"/> is set.
/// </remarks>
public sealed record CapabilitySets
{
    /// <summary>Gets capability sets that are all empty, suitable for untrusted programs.</summary>
    public static CapabilitySets None { get; } = new();

    /// <summary>
    /// Gets the upper bound of the capabilities that the program, and every program it executes, can have.
    /// </summary>
    public Capabilities Bounding { get; init; }

    /// <summary>Gets the capabilities that the process may make effective.</summary>
    public Capabilities Permitted { get; init; }

    /// <summary>Gets the capabilities that the kernel checks. A subset of <see cref="Permitted"/>.</summary>
    public Capabilities Effective { get; init; }

    /// <summary>Gets the capabilities that an executed file may pass on. A subset of <see cref="Bounding"/>.</summary>
    public Capabilities Inheritable { get; init; }

    /// <summary>
    /// Gets the capabilities that a program without file capabilities keeps. A subset of <see cref="Permitted"/> and of
    /// <see cref="Inheritable"/>.
    /// </summary>
    public Capabilities Ambient { get; init; }

    /// <summary>Gets a value indicating whether all sets are empty.</summary>
    public bool IsEmpty => (Bounding | Permitted | Effective | Inheritable | Ambient) == Capabilities.None;

    /// <summary>
    /// Creates sets that all contain the same capabilities, so that every program has them, whichever user executes it.
    /// </summary>
    public static CapabilitySets Of(Capabilities capabilities) => new()
    {
        Bounding = capabilities,
        Permitted = capabilities,
        Effective = capabilities,
        Inheritable = capabilities,
        Ambient = capabilities,
    };
}
