using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Layout;

/// <summary>
/// Finds the cgroups of systemd units. systemd owns those that are not delegated, and reverts changes made by others.
/// </summary>
internal static class UnitCgroup
{
    private static readonly string[] Kinds = [".service", ".scope", ".slice", ".mount", ".socket", ".swap"];

    /// <summary>
    /// The attributes of a cgroup delegated by the system manager. Unprivileged users can read only the second one.
    /// </summary>
    private static readonly string[] Marks = ["trusted.delegate", "user.delegate"];

    /// <summary>
    /// Gets the cgroup of the unit to which a cgroup belongs, both by their paths in the hierarchy; null if it belongs
    /// to none.
    /// </summary>
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

    /// <summary>Returns whether a unit's cgroup is delegated.</summary>
    /// <param name="files">The host's files.</param>
    /// <param name="directory">The directory of the unit's cgroup.</param>
    /// <param name="own">The directory of this process's cgroup, which is the unit's cgroup or a descendant.</param>
    /// <param name="top">The directory of the hierarchy's root.</param>
    internal static bool IsDelegated(HostFiles files, string directory, string own, string top)
    {
        if (Marks.Any(mark => files.ReadAttribute(directory, mark) == "1"))
        {
            return true;
        }

        if (files.MayWrite(top) || !files.MayWrite(directory))
        {
            // Root sees every attribute, and can write everywhere.
            return false;
        }

        // The user's manager sets no attribute, nor did older versions of the system manager. But the latter gives a
        // delegated cgroup to the unit's user, and a cgroup that is not delegated has no children that this process
        // could be in.
        string above = directory[..directory.LastIndexOf('/')];
        return !files.MayWrite(above)
            || (own.Length > directory.Length && !directory.EndsWith(".slice", StringComparison.Ordinal));
    }
}
