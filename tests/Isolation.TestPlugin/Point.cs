namespace Isolation.TestPlugin;

/// <summary>A value with parts.</summary>
public sealed record Point(int X, double Y, string? Name, IReadOnlyList<Point> Children);
