using Isolation.Linux.Probing;

namespace Isolation.Linux.Cgroups;

/// <summary>The groups of systemd's units. Those that are not delegated are systemd's alone: it would undo what others do there.</summary>
internal static class UnitGroup
{
    private static readonly string[] Kinds = [".service", ".scope", ".slice", ".mount", ".socket", ".swap"];

    /// <summary>The mark of a delegated group: the second one, which an ordinary user can read, since systemd 251.</summary>
    private static readonly string[] Marks = ["trusted.delegate", "user.delegate"];

    /// <summary>The group of the unit that a group belongs to, both by their paths in the hierarchy; null for one that no unit has made.</summary>
    internal static string? Find(string group)
    {
        for (string path = group; path.Length > 1; path = path[..path.LastIndexOf('/')])
        {
            if (Kinds.Any(kind => path.EndsWith(kind, StringComparison.Ordinal)))
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>Whether a unit's group was delegated.</summary>
    internal static bool IsDelegated(HostFiles files, string folder)
    {
        if (Marks.Any(mark => files.ReadAttribute(folder, mark) == "1"))
        {
            return true;
        }

        // An older systemd gives a delegated group to the unit's user and tells nothing else. Root owns all of them.
        string above = folder[..folder.LastIndexOf('/')];
        return files.MayWrite(folder) && !files.MayWrite(above);
    }
}
