using System.Collections.Immutable;
using System.Globalization;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Cgroups.Groups;

/// <summary>
/// The part that takes over the cgroups of a detached sandbox, and leaves them to the next application.
/// </summary>
internal sealed partial class SandboxCgroups
{
    /// <summary>Gets the name of the cgroup in each hierarchy.</summary>
    internal string Name => _name;

    /// <summary>Gets the hierarchies in which the sandbox has a cgroup.</summary>
    internal ImmutableArray<CgroupHierarchy> Hierarchies => _state.Hierarchies;

    /// <summary>Takes over the cgroups that another application created.</summary>
    /// <param name="hierarchies">The hierarchies; those without limits may have no cgroup.</param>
    /// <param name="name">The name of the cgroup in each hierarchy.</param>
    /// <param name="runs">The names of the cgroups of commands. Others are removed if they are empty.</param>
    /// <exception cref="SandboxException">A cgroup with a limit is missing.</exception>
    internal static SandboxCgroups Attach(
        ImmutableArray<CgroupHierarchy> hierarchies, string name, IReadOnlySet<string> runs)
    {
        if (hierarchies.FirstOrDefault(one => (one.Devices is not null || !one.Settings.IsEmpty)
            && !Directory.Exists($"{one.Parent}/{name}")) is { } missing)
        {
            throw new SandboxException(
                "attach to the cgroup", $"{missing.Parent}/{name}", 0, nameof(Errno.ENOENT),
                "it was removed, so its limits would not apply to new commands",
                "End the sandbox with ISandboxProvider.StopAsync, and create it again.");
        }

        SandboxCgroups groups = new(
            [.. hierarchies.Where(one => Directory.Exists($"{one.Parent}/{name}"))], name, claims: null);
        groups._runs = runs.Select(NumberOf).Append(0).Max();
        groups._isFrozen = groups.Groups.FindFreezer(out Layout.CgroupVersion version) is { } freezer
            && ReadFrozen(freezer, version) == true;
        foreach (string directory in groups.Groups.Directories.SelectMany(CgroupFiles.Children))
        {
            string run = Path.GetFileName(directory);
            if (NumberOf(run) is > 0 and int number)
            {
                groups._runs = Math.Max(groups._runs, number);
                _ = runs.Contains(run) || CgroupFiles.TryRemove(directory);
            }
        }

        return groups;
    }

    /// <summary>Gets the number in the name of a command's cgroup; 0 for any other name.</summary>
    private static int NumberOf(string run) => run.StartsWith(RunPrefix, StringComparison.Ordinal)
        && int.TryParse(run[RunPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        ? number
        : 0;

    /// <summary>Gets the cgroups of a command that another application started.</summary>
    internal CommandCgroup Adopt(string run)
    {
        CommandCgroup group = new(this, new CgroupSet(Groups, run));
        Ledger.Add(group.Groups);
        return group;
    }

    /// <summary>Ends everything that this process does with the cgroups, which stay.</summary>
    internal void Leave()
    {
        lock (_changing)
        {
            _isRemoved = true;
            foreach (CgroupWatch watch in _watches.Keys)
            {
                watch.Finish();
            }
        }

        TakeSpare()?.Remove();
        Ledger.Dispose();
    }
}
