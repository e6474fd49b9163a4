namespace Isolation;

/// <summary>Represents an event of a sandbox.</summary>
/// <param name="Kind">The kind of the event; exactly one kind.</param>
/// <param name="Count">
/// The number of occurrences since the last event of the kind, at least 1, such as processes that were killed or
/// refused, or times that commands were throttled. Occurrences that happen faster than they are read are added up, so
/// none is lost and the queue does not grow.
/// </param>
/// <param name="Threshold">The threshold that was exceeded, for <see cref="SandboxEventKinds.Pressure"/>.</param>
public sealed record SandboxEvent(SandboxEventKinds Kind, long Count = 1, PressureThreshold? Threshold = null);
