namespace Isolation.Linux.Launching;

/// <summary>What the clone needs to know of a specification.</summary>
/// <param name="CloneFlags">The namespaces to be made.</param>
/// <param name="Joins">The namespaces to be joined, in order.</param>
/// <param name="TimeOffsets">The text for <c>timens_offsets</c>; null if there is none.</param>
internal sealed record LaunchPlan(long CloneFlags, NamespaceJoin[] Joins, string? TimeOffsets)
{
    /// <summary>The name that the process list of the host shows beside init.</summary>
    internal string? Name { get; init; }

    /// <summary>Whether init begins in another user namespace than the host's.</summary>
    internal bool HasOwnUsers =>
        (CloneFlags & Interop.CloneArguments.NewUser) != 0 || Joins.Any(join => join.Kind.Kind == Namespaces.User);
}
