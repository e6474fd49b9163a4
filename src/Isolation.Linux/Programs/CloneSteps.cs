using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Programs;

/// <summary>
/// Adds the steps that clone a process with clone3(2), or with clone(2) where a system-call filter hides clone3, as the
/// default filters of container engines do.
/// </summary>
/// <remarks>
/// A failed clone has created nothing, so every failure of clone3 is followed by clone. If the kernel itself refuses,
/// clone fails with the same error, which is the one that is reported. clone cannot express two flags.
/// <c>CLONE_CLEAR_SIGHAND</c> is omitted: the child blocks all signals until it executes a program, which resets the
/// handlers, or it is a child of init, which has none. <c>CLONE_NEWTIME</c> must not be passed.
/// </remarks>
internal static class CloneSteps
{
    private const int ArgumentsSize = 88;

    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>Adds a clone whose failure ends the program at <see cref="ProgramBuilder.FailureExit"/>.</summary>
    /// <param name="b">The builder.</param>
    /// <param name="action">The action, for the report of a failure.</param>
    /// <param name="target">The target of the action.</param>
    /// <param name="arguments">The arguments of clone3.</param>
    /// <param name="result">The address of the word for the result.</param>
    /// <param name="child">The position at which the child continues.</param>
    /// <param name="kind">The kind of the step.</param>
    internal static void Step(
        ProgramBuilder b, string action, string? target, CloneArguments arguments, long result, Label child,
        StepKind kind)
    {
        Label parent = b.NewLabel(), hidden = b.NewLabel();
        b.Branch(Calls.Clone3, [b.AddStructure(arguments), ArgumentsSize], result, parent, child, hidden);
        b.Mark(hidden);
        b.Step(
            action, target, Calls.CloneLegacy, Flags(arguments), arguments.Stack, ParentWord(arguments),
            arguments.ChildTid, arguments.ChildTid, result, child, kind);
        b.Mark(parent);
    }

    /// <summary>Adds a clone whose failure the program handles at the position of the parent.</summary>
    /// <param name="b">The builder.</param>
    /// <param name="arguments">The arguments of clone3.</param>
    /// <param name="result">The address of the word for the result; negative after a failure.</param>
    /// <param name="parent">The position at which the parent continues.</param>
    /// <param name="child">The position at which the child continues.</param>
    internal static void Branch(
        ProgramBuilder b, CloneArguments arguments, long result, Label parent, Label child)
    {
        Label hidden = b.NewLabel();
        b.Branch(Calls.Clone3, [b.AddStructure(arguments), ArgumentsSize], result, parent, child, hidden);
        b.Mark(hidden);
        b.Branch(
            Calls.CloneLegacy,
            [Flags(arguments), arguments.Stack, ParentWord(arguments), arguments.ChildTid, arguments.ChildTid],
            result, parent, child, parent);
    }

    private static long Flags(in CloneArguments arguments) => (arguments.Flags & uint.MaxValue) | arguments.ExitSignal;

    /// <summary>clone returns the pidfd through the argument for the parent's copy of the id.</summary>
    private static long ParentWord(in CloneArguments arguments) =>
        (arguments.Flags & CloneArguments.Pidfd) != 0 ? arguments.PidfdAddress : arguments.ParentTid;
}
