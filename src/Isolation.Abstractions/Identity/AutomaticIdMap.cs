namespace Isolation;

/// <summary>Represents an id map that the provider chooses; see <see cref="IdMap.Automatic"/>.</summary>
public sealed record AutomaticIdMap : IdMap;
