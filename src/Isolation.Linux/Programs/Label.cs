namespace Isolation.Linux.Programs;

/// <summary>A place in a program that nodes can go to before it is known where it is.</summary>
internal readonly record struct Label(int Index)
{
    /// <summary>The node that is added next.</summary>
    internal static Label Next { get; } = new(-1);
}
