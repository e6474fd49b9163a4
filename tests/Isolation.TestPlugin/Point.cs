namespace Isolation.TestPlugin;

/// <summary>Represents a composite value.</summary>
public sealed record Point(int X, double Y, string? Name, IReadOnlyList<Point> Children);
