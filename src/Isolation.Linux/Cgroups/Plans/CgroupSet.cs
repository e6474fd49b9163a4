using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Layout;

namespace Isolation.Linux.Cgroups.Plans;

/// <summary>Represents the cgroups of a sandbox, or of a command in it: one directory in each hierarchy.</summary>
internal sealed class CgroupSet
{
    private readonly ImmutableArray<CgroupHierarchy> _hierarchies;

    /// <summary>Initializes the cgroups of a sandbox.</summary>
    internal CgroupSet(ImmutableArray<CgroupHierarchy> hierarchies, string name)
    {
        _hierarchies = hierarchies;
        Name = name;
        Directories = [.. hierarchies.Select(hierarchy => $"{hierarchy.Parent}/{name}")];
    }

    /// <summary>Initializes the cgroups of a command, which are below those of its sandbox or the same.</summary>
    internal CgroupSet(CgroupSet sandbox, string name)
    {
        _hierarchies = sandbox._hierarchies;
        Name = name;
        Directories = [.. _hierarchies.Select(
            (hierarchy, i) => hierarchy.HasRunGroups ? $"{sandbox.Directories[i]}/{name}" : sandbox.Directories[i])];
    }

    /// <summary>Gets the name of the directories that these cgroups do not share.</summary>
    internal string Name { get; }

    internal ImmutableArray<string> Directories { get; }

    /// <summary>Gets the directory with a controller's files; null if there is none.</summary>
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

    /// <summary>Gets the cgroup in a v2 hierarchy, regardless of its controllers; null if there is none.</summary>
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

    /// <summary>Gets the cgroup in the hierarchy with the specified parent; null if there is none.</summary>
    internal string? FindBelow(string parent)
    {
        for (int i = 0; i < _hierarchies.Length; i++)
        {
            if (_hierarchies[i].Parent == parent)
            {
                return Directories[i];
            }
        }

        return null;
    }

    /// <summary>Gets whether the host has only the v2 hierarchy for these cgroups.</summary>
    internal bool AreUnified => _hierarchies.All(static hierarchy => hierarchy.Version == CgroupVersion.V2);

    /// <summary>Gets the directory of the cgroup that can be frozen, preferably on v2; null if there is none.</summary>
    internal string? FindFreezer(out CgroupVersion version)
    {
        version = CgroupVersion.V2;
        return FindUnified() ?? Find(LimitControllers.Freezer, out version);
    }
}
