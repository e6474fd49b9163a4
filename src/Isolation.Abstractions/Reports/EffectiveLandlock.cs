namespace Isolation;

/// <summary>What Landlock restricts.</summary>
/// <param name="Abi">The version of Landlock that the kernel has.</param>
/// <param name="Files">The uses of files that are forbidden where no rule allows them.</param>
/// <param name="Ports">The uses of TCP ports that are forbidden where no rule allows them.</param>
/// <param name="Scopes">What cannot be reached outside.</param>
public sealed record EffectiveLandlock(
    int Abi, LandlockFileAccess Files, LandlockPortAccess Ports, LandlockScopes Scopes)
{
    /// <inheritdoc/>
    public override string ToString() => $"ABI {Abi}, files {Files}, ports {Ports}, scopes {Scopes}";
}
