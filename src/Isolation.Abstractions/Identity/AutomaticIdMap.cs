namespace Isolation;

/// <summary>The provider's choice; see <see cref="IdMap.Automatic"/>.</summary>
public sealed record AutomaticIdMap : IdMap;
