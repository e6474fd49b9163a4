namespace Isolation;

/// <summary>Describes a system call filter that is in force.</summary>
/// <param name="Profile">The profile that the filter is based on.</param>
/// <param name="OwnRules">The number of rules that precede those of the profile.</param>
/// <param name="Instructions">The length of the filter in BPF instructions; at most 4096.</param>
/// <param name="AsksHost">A value indicating whether the filter notifies the application of some calls.</param>
public sealed record EffectiveFilter(SystemCallProfile Profile, int OwnRules, int Instructions, bool AsksHost)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"profile {Profile}, preceded by {OwnRules} rules, {Instructions} "
            + $"instructions{(AsksHost ? ", notifies the application" : "")}";
}
