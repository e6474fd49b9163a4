using System.Collections.Immutable;

namespace Isolation;

/// <summary>Represents a system call that a command made while it was observed.</summary>
/// <param name="Name">The name of the call; <c>call 999</c> if the library does not know the number.</param>
/// <param name="Action">The action that the filter specifies.</param>
/// <param name="Count">The number of calls, with any arguments.</param>
public sealed record ObservedCall(string Name, SystemCallAction Action, long Count)
{
    /// <summary>Gets the first distinct sets of arguments; at most 8.</summary>
    public ImmutableArray<ImmutableArray<SystemCallArgument>> Examples { get; init; } = [];

    /// <summary>Gets a value indicating whether the call was executed.</summary>
    public bool IsAllowed => Action.Kind is SystemCallActionKind.Allow or SystemCallActionKind.Log;

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name} {Action} "
            + $"{Count}×{(Examples.IsDefaultOrEmpty ? "" : $", such as {Name}({string.Join(", ", Examples[0])})")}";
}
