using System.Collections.Immutable;

namespace Isolation.Linux.Cgroups;

/// <summary>The groups of a sandbox, or of a command in it: one folder in each hierarchy.</summary>
internal sealed class GroupSet
{
    private readonly ImmutableArray<GroupHierarchy> _hierarchies;

    /// <summary>The groups of a sandbox.</summary>
    internal GroupSet(ImmutableArray<GroupHierarchy> hierarchies, string name)
    {
        _hierarchies = hierarchies;
        Folders = [.. hierarchies.Select(hierarchy => $"{hierarchy.Parent}/{name}")];
    }

    /// <summary>The groups of a command, below those of its sandbox where it has some of its own.</summary>
    internal GroupSet(GroupSet sandbox, string name)
    {
        _hierarchies = sandbox._hierarchies;
        Folders = [.. _hierarchies.Select((hierarchy, i) => hierarchy.HasRunGroups ? $"{sandbox.Folders[i]}/{name}" : sandbox.Folders[i])];
    }

    internal ImmutableArray<string> Folders { get; }

    /// <summary>The folder with a controller's files; null where there is none.</summary>
    internal string? Find(string controller, out CgroupVersion version)
    {
        for (int i = 0; i < _hierarchies.Length; i++)
        {
            if (_hierarchies[i].Controllers.Contains(controller))
            {
                version = _hierarchies[i].Version;
                return Folders[i];
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
                return Folders[i];
            }
        }

        return null;
    }

    /// <summary>The folder that can be frozen, one of v2 if there is any; null where there is none.</summary>
    internal string? FindFreezer(out CgroupVersion version)
    {
        version = CgroupVersion.V2;
        return FindUnified() ?? Find(LimitControllers.Freezer, out version);
    }
}
