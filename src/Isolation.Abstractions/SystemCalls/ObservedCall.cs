using System.Collections.Immutable;

namespace Isolation;

/// <summary>A system call that a command made while it was observed.</summary>
/// <param name="Name">The call's name; <c>call 999</c> where the library knows none for its number.</param>
/// <param name="Action">What the filter says of it.</param>
/// <param name="Count">How often it was made, with whatever arguments.</param>
public sealed record ObservedCall(string Name, SystemCallAction Action, long Count)
{
    /// <summary>The first few different sets of arguments; at most 8.</summary>
    public ImmutableArray<ImmutableArray<SystemCallArgument>> Examples { get; init; } = [];

    /// <summary>Whether the call was made.</summary>
    public bool IsAllowed => Action.Kind is SystemCallActionKind.Allow or SystemCallActionKind.Log;

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name} {Action} "
            + $"{Count}×{(Examples.IsDefaultOrEmpty ? "" : $", such as {Name}({string.Join(", ", Examples[0])})")}";
}
