namespace Isolation.Escapes.Harness;

/// <summary>Where a payload is about to run.</summary>
/// <param name="Ground">What may be attacked.</param>
/// <param name="Victim">The host-side process that is in the payload's reach: the sandbox's first; on the host, one
/// that was started to be attacked.</param>
/// <param name="Tier">Null on the host.</param>
internal sealed record Scene(Ground Ground, int Victim, Tier? Tier)
{
    internal bool IsBare => Tier is null;
}
