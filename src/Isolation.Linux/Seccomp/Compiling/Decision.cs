namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>
/// Represents a node of the intermediate form, an acyclic graph in which each node is a result or a test with two
/// successors. Nodes are compared by reference; <see cref="DecisionGraph"/> creates each distinct node only once.
/// </summary>
internal abstract class Decision
{
    /// <summary>Represents a leaf with the filter's result.</summary>
    internal sealed class Result(uint value) : Decision
    {
        internal uint Value { get; } = value;
    }

    /// <summary>Represents a test of a 32-bit word.</summary>
    internal sealed class Question(WordTest test, Decision ifTrue, Decision ifFalse) : Decision
    {
        internal WordTest Test { get; } = test;

        internal Decision IfTrue { get; } = ifTrue;

        internal Decision IfFalse { get; } = ifFalse;
    }
}
