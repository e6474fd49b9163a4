using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Layout;

namespace Isolation.Linux.Cgroups.Plans;

/// <summary>The groups of a sandbox, or of a command in it: one directory in each hierarchy.</summary>
internal sealed class CgroupSet
{
    private readonly ImmutableArray<CgroupHierarchy> _hierarchies;

    /// <summary>The groups of a sandbox.</summary>
    internal CgroupSet(ImmutableArray<CgroupHierarchy> hierarchies, string name)
    {
        _hierarchies = hierarchies;
        Directories = [.. hierarchies.Select(hierarchy => $"{hierarchy.Parent}/{name}")];
    }

    /// <summary>The groups of a command, below those of its sandbox where it has some of its own.</summary>
    internal CgroupSet(CgroupSet sandbox, string name)
    {
        _hierarchies = sandbox._hierarchies;
        Directories = [.. _hierarchies.Select(
            (hierarchy, i) => hierarchy.HasRunGroups ? $"{sandbox.Directories[i]}/{name}" : sandbox.Directories[i])];
    }

    internal ImmutableArray<string> Directories { get; }

    /// <summary>The directory with a controller's files; null where there is none.</summary>
    internal string? Find(string controller, out CgroupVersion version)
    {
        for (int i = 0; i < _hierarchies.Length; i++)
        {
            if (_hierarchies[i].Controllers.Contains(controller))
            {
                version = _hierarchies[i].Version;
                return Directories[i];
            }
        }

        version = default;
        return null;
    }

    /// <summary>The group in a hierarchy of v2, whatever controllers it has; null where there is none.</summary>
    internal string? FindUnified()
    {
        for (int i = 0; i < _hierarchies.Length; i++)
        {
            if (_hierarchies[i].Version == CgroupVersion.V2)
            {
                return Directories[i];
            }
        }

        return null;
    }

    /// <summary>The directory that can be frozen, one of v2 if there is any; null where there is none.</summary>
    internal string? FindFreezer(out CgroupVersion version)
    {
        version = CgroupVersion.V2;
        return FindUnified() ?? Find(LimitControllers.Freezer, out version);
    }
}
