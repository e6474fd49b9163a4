using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Layout;

/// <summary>Finds the place for cgroups in the v2 hierarchy.</summary>
/// <param name="hierarchies">The hierarchies of the host.</param>
/// <param name="maker">Obtains a cgroup if none is usable as it is; null for none.</param>
internal sealed class UnifiedLayout(HostHierarchies hierarchies, ICgroupDelegation? maker)
{
    private readonly HostFiles _files = hierarchies.Files;

    /// <summary>
    /// Gets a value indicating whether this process is in no delegated cgroup that can enable controllers for its
    /// children. Valid after <see cref="Find"/>.
    /// </summary>
    internal bool IsScopeNeeded { get; private set; }

    /// <summary>Finds the place. Any change that a cgroup requires is made.</summary>
    /// <returns>
    /// The place, or null and the obstacle; and the controllers of the place, or of this process's cgroup.
    /// </returns>
    internal (ControllerMount? Place, string[] Controllers, Obstacle? Obstacle) Find()
    {
        MountLine[] mounts = [.. hierarchies.UnifiedMounts];
        if (hierarchies.UnifiedGroup is not { } group || mounts.Length == 0)
        {
            return (null, [], new Obstacle(
                "No cgroup v2 hierarchy is mounted, and v1 lacks the controller.",
                "mount -t cgroup2 cgroup2 /sys/fs/cgroup"));
        }

        Obstacle? obstacle = null;
        string[] offered = [];
        foreach (MountLine mount in mounts)
        {
            if (hierarchies.LocateStart(mount, group) is not { } start)
            {
                obstacle ??= hierarchies.NotShown("cgroup v2", mount, group);
                continue;
            }

            offered = Words($"{start}/cgroup.controllers");
            if (mount.Options.Contains("ro"))
            {
                obstacle = new Obstacle($"Cgroup v2 is mounted read-only at {mount.Point}.", hierarchies.RightsRemedy);
                continue;
            }

            List<Obstacle> obstacles = [];
            foreach (string directory in Candidates(mount, start, obstacles))
            {
                if (_files.MayWrite(directory) && Give(directory) is { Length: > 0 } given)
                {
                    return (hierarchies.Place(CgroupVersion.V2, mount, directory), given, null);
                }
            }

            obstacle = offered.Length == 0
                ? new Obstacle(
                    $"The cgroup {start} has no v2 controllers.",
                    "Enable them in cgroup.subtree_control of all ancestors.")
                : new Obstacle(
                    string.Join(' ', obstacles.Select(one => one.Reason)),
                    string.Join(' ', obstacles.Select(one => one.Remedy).OfType<string>()));
        }

        return (null, offered, obstacle);
    }

    /// <summary>Finds a place for v2 cgroups without controllers, for when none is required.</summary>
    internal ControllerMount? FindDirectory() => hierarchies.UnifiedGroup is { } group
        ? hierarchies.UnifiedMounts.Where(mount => !mount.Options.Contains("ro"))
            .Select(mount => hierarchies.LocateStart(mount, group) is { } directory && _files.MayWrite(directory)
                ? hierarchies.Place(CgroupVersion.V2, mount, directory)
                : null)
            .FirstOrDefault(place => place is not null)
        : null;

    /// <summary>
    /// Gets the usable cgroups, best first. Any change a cgroup requires is made when the enumeration reaches it.
    /// </summary>
    private IEnumerable<string> Candidates(MountLine mount, string start, List<Obstacle> obstacles)
    {
        if (hierarchies.Location.Parent is not null)
        {
            yield return start;
            obstacles.Add(_files.MayWrite(start) ? Occupied(start) : NotWritable(start));
            yield break;
        }

        // A hierarchy without controllers is of no use.
        bool hasControllers = _files.ReadText($"{mount.Point}/cgroup.controllers") is { Length: > 0 };
        ICgroupDelegation? usable = hasControllers ? maker : null;
        string? unit = UnitCgroup.Find(hierarchies.UnifiedGroup!) is { } path ? hierarchies.Locate(mount, path) : null;
        if (unit is null || UnitCgroup.IsDelegated(_files, unit, start, mount.Point))
        {
            // A cgroup that contains processes cannot enable controllers for its children, so this process's own cgroup
            // is rarely usable, but an ancestor may be.
            int end = unit?.Length ?? mount.Point.Length + 1;
            for (string directory = start; directory.Length >= end; directory = directory[..directory.LastIndexOf('/')])
            {
                yield return directory;
            }

            if (!_files.MayWrite(start))
            {
                obstacles.Add(NotWritable(start));
            }
            else if (_files.Exists($"{start}/cgroup.type"))
            {
                Obstacle? stays = usable is null ? Occupied(start) : usable.LeaveGroup(start);
                if (stays is null)
                {
                    yield return start;
                }

                obstacles.Add(stays ?? Occupied(start));
            }
        }
        else
        {
            obstacles.Add(
                _files.MayWrite(start) ? new Obstacle(
                    $"The cgroup {unit} belongs to a systemd unit without Delegate=yes.", hierarchies.RightsRemedy)
                : NotWritable(start));
        }

        IsScopeNeeded = hasControllers;
        if (usable is not null && _files.Exists("/run/systemd/system"))
        {
            if (usable.FindScope(
                hierarchies.UnifiedGroup!, group => hierarchies.Locate(mount, group), out Obstacle? obstacle)
                is { } scope)
            {
                yield return scope;
                obstacles.Add(new Obstacle($"The scope {scope} cannot enable controllers for its children.", null));
            }
            else
            {
                obstacles.Add(obstacle!);
            }
        }

        yield return mount.Point;
    }

    private static Obstacle Occupied(string directory) => new(
        $"The cgroup {directory} contains processes, so it cannot enable controllers for its children.",
        "Start the application in its own child cgroup, or specify another cgroup (SandboxLimits.ParentGroup).");

    private Obstacle NotWritable(string directory) =>
        new($"The cgroup {directory} is not writable.", hierarchies.RightsRemedy);

    /// <summary>Gets the controllers that are or can be enabled for the children of a cgroup.</summary>
    private string[] Give(string directory)
    {
        string[] given = Words($"{directory}/cgroup.subtree_control");
        bool isRootOfAll = !_files.Exists($"{directory}/cgroup.type");
        bool isEmpty = _files.ReadText($"{directory}/cgroup.procs") is null or "";
        return _files.MayWrite($"{directory}/cgroup.subtree_control") && (isRootOfAll || isEmpty || given.Length > 0)
            ? Words($"{directory}/cgroup.controllers")
            : given;
    }

    private string[] Words(string path) =>
        _files.ReadText(path)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
}
