namespace Isolation;

/// <summary>Describes the Landlock restrictions that are in force.</summary>
/// <param name="Abi">The Landlock ABI version of the kernel.</param>
/// <param name="Files">The kinds of file access that are denied unless a rule allows them.</param>
/// <param name="Ports">The kinds of TCP port access that are denied unless a rule allows them.</param>
/// <param name="Scopes">The kinds of resources outside the sandbox that are out of reach.</param>
public sealed record EffectiveLandlock(
    int Abi, LandlockFileAccess Files, LandlockPortAccess Ports, LandlockScopes Scopes)
{
    /// <inheritdoc/>
    public override string ToString() => $"ABI {Abi}, files {Files}, ports {Ports}, scopes {Scopes}";
}
