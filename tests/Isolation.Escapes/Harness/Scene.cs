namespace Isolation.Escapes.Harness;

/// <summary>The surroundings of a payload.</summary>
/// <param name="Ground">The targets of the attack.</param>
/// <param name="Victim">The host-side process that is in the payload's reach: the sandbox's first; on the host, one
/// that was started to be attacked.</param>
/// <param name="Tier">Null on the host.</param>
internal sealed record Scene(Ground Ground, int Victim, Tier? Tier)
{
    internal bool IsBare => Tier is null;
}
