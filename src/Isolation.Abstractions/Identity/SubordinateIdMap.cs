namespace Isolation;

/// <summary>Represents the subordinate ids of an unprivileged user; see <see cref="IdMap.Subordinate"/>.</summary>
public sealed record SubordinateIdMap : IdMap;
