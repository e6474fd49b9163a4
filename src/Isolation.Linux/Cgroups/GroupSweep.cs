using System.Collections.Concurrent;

namespace Isolation.Linux.Cgroups;

/// <summary>
/// Removes what dead hosts left below a group. Several hosts may do it at once: each only kills and removes what nobody
/// owns any more, and what another one has removed already is fine.
/// </summary>
internal static class GroupSweep
{
    private const int MaximumRounds = 500;
    private static readonly ConcurrentDictionary<string, Lazy<bool>> Swept = new(StringComparer.Ordinal);

    /// <summary>Sweeps below a group, once per host process.</summary>
    internal static void Once(string parent) => _ = Swept.GetOrAdd(parent, static folder => new Lazy<bool>(() =>
    {
        Sweep(folder);
        return true;
    })).Value;

    /// <summary>Sweeps below a group.</summary>
    internal static void Sweep(string parent)
    {
        string[] left = [.. GroupFiles.Children(parent).Where(folder => GroupOwner.Parse(Path.GetFileName(folder)) is { } owner && owner.IsDead(GroupOwner.Current))];
        foreach (string folder in left)
        {
            Remove(folder);
        }
    }

    private static void Remove(string folder)
    {
        if (GroupFiles.TryRemove(folder))
        {
            return;
        }

        GroupKiller.Kill([folder]);

        // A process counts as a member until the kernel has let go of it. What does not go is left to the next host.
        for (int round = 0; round < MaximumRounds && !GroupFiles.TryRemove(folder); round++)
        {
            Thread.Sleep(1);
        }
    }
}
