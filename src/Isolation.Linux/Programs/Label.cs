namespace Isolation.Linux.Programs;

/// <summary>Represents a position in a program that nodes can refer to before it is known.</summary>
internal readonly record struct Label(int Index)
{
    /// <summary>Gets the label of the node that is added next.</summary>
    internal static Label Next { get; } = new(-1);
}
