using Isolation.Linux.Interop;

namespace Isolation.Linux.Init;

/// <summary>Represents the properties of a specification that the clone requires.</summary>
/// <param name="CloneFlags">The flags of the namespaces to create.</param>
/// <param name="Joins">The namespaces to join, in order.</param>
/// <param name="TimeOffsets">The content of <c>timens_offsets</c>; null if there are no offsets.</param>
internal sealed record LaunchPlan(long CloneFlags, NamespaceJoin[] Joins, string? TimeOffsets)
{
    /// <summary>Gets the name of the sandbox that the process list of the host shows for init.</summary>
    internal string? Name { get; init; }

    /// <summary>
    /// Gets the out-of-memory score that the launch sets; null if the application sets it later, or if it stays
    /// unchanged.
    /// </summary>
    internal string? OutOfMemoryScore { get; init; }

    /// <summary>
    /// Gets whether init is executed in the namespaces of the application and enters those of the sandbox afterwards.
    /// Otherwise, processes in a joined namespace could see a child that shares the application's memory.
    /// </summary>
    internal bool IsInTwoSteps => Joins.Length > 0;

    /// <summary>Gets whether init is executed in a new user namespace.</summary>
    internal bool BeginsInNewUsers => !IsInTwoSteps && MakesUsers;

    /// <summary>Gets whether the final user namespace of init differs from the application's.</summary>
    internal bool HasOwnUsers => MakesUsers || JoinsUsers;

    internal bool MakesUsers => (CloneFlags & CloneArguments.NewUser) != 0;

    internal bool JoinsUsers => Array.Exists(Joins, join => join.Kind.Kind == Namespaces.User);

    /// <summary>Gets the arguments with which the init image is executed.</summary>
    internal string Argument => Name is null ? "isolation-init" : $"isolation-init: {Name}";
}
