namespace Isolation;

/// <summary>A filter of system calls that is in force.</summary>
/// <param name="Profile">The profile that it is made from.</param>
/// <param name="OwnRules">How many rules come before those of the profile.</param>
/// <param name="Instructions">How long it is, in instructions of the kernel's machine; 4096 at most.</param>
/// <param name="AsksHost">Whether it asks the host about some calls.</param>
public sealed record EffectiveFilter(SystemCallProfile Profile, int OwnRules, int Instructions, bool AsksHost)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"profile {Profile}, {OwnRules} rules before it, {Instructions} "
            + $"instructions{(AsksHost ? ", asks the host" : "")}";
}
