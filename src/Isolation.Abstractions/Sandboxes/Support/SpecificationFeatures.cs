namespace Isolation;

/// <summary>Finds the features that a specification uses.</summary>
internal static class SpecificationFeatures
{
    private static readonly (Namespaces Kind, IsolationFeature Feature)[] Kinds =
    [
        (Namespaces.User, IsolationFeature.UserNamespaces), (Namespaces.Mount, IsolationFeature.MountNamespaces),
        (Namespaces.Pid, IsolationFeature.PidNamespaces), (Namespaces.Network, IsolationFeature.NetworkNamespaces),
        (Namespaces.Ipc, IsolationFeature.IpcNamespaces), (Namespaces.Uts, IsolationFeature.UtsNamespaces),
        (Namespaces.Cgroup, IsolationFeature.CgroupNamespaces), (Namespaces.Time, IsolationFeature.TimeNamespaces),
    ];

    /// <summary>
    /// Gets each used feature once, with <see cref="Requirement.Require"/> if anything requires the feature.
    /// </summary>
    internal static IEnumerable<(IsolationFeature Feature, Requirement Requirement)> Of(
        SandboxSpecification specification) =>
        All(specification).GroupBy(use => use.Feature)
            .Select(uses => (uses.Key, uses.Min(use => use.Requirement)))
            .OrderBy(use => use.Key);

    private static IEnumerable<(IsolationFeature Feature, Requirement Requirement)> All(
        SandboxSpecification specification)
    {
        yield return (IsolationFeature.Platform, Requirement.Require);
        foreach ((Namespaces kind, IsolationFeature feature) in Kinds)
        {
            if (specification.Namespaces[kind] is NewNamespace made)
            {
                yield return (feature, made.Requirement);
            }
        }

        if (specification.IdMap is SubordinateIdMap)
        {
            yield return (IsolationFeature.SubordinateIdMaps, Requirement.Require);
        }

        if (specification.Root is OverlayRoot)
        {
            yield return (IsolationFeature.Overlay, Requirement.Require);
        }

        foreach (MountEntry mount in specification.Mounts)
        {
            if (mount is ProcMount { Content: ProcContent.Everything })
            {
                yield return (IsolationFeature.ProcMounts, mount.Requirement);
            }
            else if (mount is BindMount bind)
            {
                if (bind.Access == MountAccess.ReadOnly)
                {
                    yield return (IsolationFeature.RecursiveReadOnly, mount.Requirement);
                }

                if (bind.Ownership == MountOwnership.Mapped)
                {
                    yield return (IsolationFeature.IdMappedMounts, mount.Requirement);
                }
            }
        }

        if (specification.Limits is { } limits)
        {
            yield return (IsolationFeature.Cgroups, limits.Requirement);
        }

        if (specification.Landlock is { } landlock)
        {
            yield return (IsolationFeature.Landlock, landlock.FileRequirement);
        }
    }
}
