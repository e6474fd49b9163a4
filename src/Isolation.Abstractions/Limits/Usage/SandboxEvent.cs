namespace Isolation;

/// <summary>Something that happened to a sandbox.</summary>
/// <param name="Kind">What happened; one kind.</param>
/// <param name="Count">
/// How often it happened since the last event of the kind, at least 1: processes killed or refused, times that commands
/// were slowed down. What happens faster than it is read is added up, so nothing is lost and nothing piles up.
/// </param>
/// <param name="Threshold">The threshold that was passed, for <see cref="SandboxEventKinds.Pressure"/>.</param>
public sealed record SandboxEvent(SandboxEventKinds Kind, long Count = 1, PressureThreshold? Threshold = null);
