using Isolation.Linux.Interop;

namespace Isolation.Linux.Init;

/// <summary>What the clone needs to know of a specification.</summary>
/// <param name="CloneFlags">The namespaces to be made.</param>
/// <param name="Joins">The namespaces to be joined, in order.</param>
/// <param name="TimeOffsets">The text for <c>timens_offsets</c>; null if there is none.</param>
internal sealed record LaunchPlan(long CloneFlags, NamespaceJoin[] Joins, string? TimeOffsets)
{
    /// <summary>The name that the process list of the host shows beside init.</summary>
    internal string? Name { get; init; }

    /// <summary>
    /// Gets the out-of-memory score that the launch sets; null if the host sets it afterwards, or nobody does.
    /// </summary>
    internal string? OutOfMemoryScore { get; init; }

    /// <summary>
    /// Gets whether init is executed in the namespaces of the host first, and enters those of the sandbox from there. A
    /// process in a joined namespace would otherwise see a child that shares the memory of this process.
    /// </summary>
    internal bool IsInTwoSteps => Joins.Length > 0;

    /// <summary>Gets whether init is executed in a new user namespace.</summary>
    internal bool BeginsInNewUsers => !IsInTwoSteps && MakesUsers;

    /// <summary>Gets whether init ends up in another user namespace than the host's.</summary>
    internal bool HasOwnUsers => MakesUsers || JoinsUsers;

    internal bool MakesUsers => (CloneFlags & CloneArguments.NewUser) != 0;

    internal bool JoinsUsers => Array.Exists(Joins, join => join.Kind.Kind == Namespaces.User);

    /// <summary>Gets the arguments with which the init image is executed.</summary>
    internal string Argument => Name is null ? "isolation-init" : $"isolation-init: {Name}";
}
