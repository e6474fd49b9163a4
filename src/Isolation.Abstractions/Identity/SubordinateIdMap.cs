namespace Isolation;

/// <summary>The subordinate ids of an ordinary user; see <see cref="IdMap.Subordinate"/>.</summary>
public sealed record SubordinateIdMap : IdMap;
