namespace Isolation.Escapes.Harness;

/// <summary>Describes the environment of a payload.</summary>
/// <param name="Ground">The targets of the attack.</param>
/// <param name="Victim">The host-side process in reach of the payload: the first process of the sandbox, or a process
/// that was started as a target on the host.</param>
/// <param name="Tier">The tier of the sandbox, or null on the host.</param>
internal sealed record Scene(Ground Ground, int Victim, Tier? Tier)
{
    internal bool IsBare => Tier is null;
}
