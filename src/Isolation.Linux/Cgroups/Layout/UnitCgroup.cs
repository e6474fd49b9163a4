using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Layout;

/// <summary>
/// The groups of systemd's units. Those that are not delegated are systemd's alone: it would undo what others do there.
/// </summary>
internal static class UnitCgroup
{
    private static readonly string[] Kinds = [".service", ".scope", ".slice", ".mount", ".socket", ".swap"];

    /// <summary>
    /// The marks of a group that the system's manager delegated. An ordinary user can read the second one only.
    /// </summary>
    private static readonly string[] Marks = ["trusted.delegate", "user.delegate"];

    /// <summary>
    /// The group of the unit that a group belongs to, both by their paths in the hierarchy; null for one that no unit
    /// has made.
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

    /// <summary>Whether a unit's group was delegated.</summary>
    /// <param name="files">The host's files.</param>
    /// <param name="directory">The group's directory.</param>
    /// <param name="own">The directory of the group that this process is in, that one or one below it.</param>
    /// <param name="top">The directory of the hierarchy's root.</param>
    internal static bool IsDelegated(HostFiles files, string directory, string own, string top)
    {
        if (Marks.Any(mark => files.ReadAttribute(directory, mark) == "1"))
        {
            return true;
        }

        if (files.MayWrite(top) || !files.MayWrite(directory))
        {
            // Root sees every mark, and may write everywhere.
            return false;
        }

        // The user's manager marks nothing, and neither did an older one of the system's. But the latter gives a
        // delegated group to the unit's user, and below one that is not delegated there are no further groups to be in.
        string above = directory[..directory.LastIndexOf('/')];
        return !files.MayWrite(above)
            || (own.Length > directory.Length && !directory.EndsWith(".slice", StringComparison.Ordinal));
    }
}
