using Isolation.Linux.Programs;

namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>
/// The intermediate form: a graph without circles in which every node is a result or a question with two ways on. Nodes
/// are compared by reference; <see cref="DecisionGraph"/> makes each only once.
/// </summary>
internal abstract class Decision
{
    /// <summary>The end, with the filter's result.</summary>
    internal sealed class Result(uint value) : Decision
    {
        internal uint Value { get; } = value;
    }

    /// <summary>A question on one word of 32 bits.</summary>
    internal sealed class Question(WordTest test, Decision ifTrue, Decision ifFalse) : Decision
    {
        internal WordTest Test { get; } = test;

        internal Decision IfTrue { get; } = ifTrue;

        internal Decision IfFalse { get; } = ifFalse;
    }
}
