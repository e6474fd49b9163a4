using System.Diagnostics.CodeAnalysis;
using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Layout;

/// <summary>
/// Finds, for each controller, the cgroup below which a sandbox's cgroups can be created; see cgroups(7). It only reads
/// files; changes are made only by an <see cref="ICgroupDelegation"/>.
/// </summary>
internal sealed class CgroupLayout
{
    private const string Legacy = "cgroup";
    private const string Unified = "cgroup2";

    private readonly HostFiles _files;
    private readonly string? _parentGroup;
    private readonly ICgroupDelegation? _maker;
    private readonly IReadOnlyList<MountLine> _mounts;
    private readonly Dictionary<string, (string[] Together, string Path)> _legacyGroups = new(StringComparer.Ordinal);
    private readonly string? _unifiedGroup;

    // Lazy, so that nothing is changed for v2 on hosts where v1 has all required controllers.
    private readonly Lazy<(ControllerMount? Place, string[] Controllers, Obstacle? Obstacle)> _unified;
    private bool _isScopeNeeded;

    private CgroupLayout(HostFiles files, string? parentGroup, ICgroupDelegation? maker)
    {
        _files = files;
        _parentGroup = parentGroup;
        _maker = maker;
        _mounts = files.ReadMounts();
        foreach (string line in files.ReadLines("/proc/self/cgroup"))
        {
            // hierarchy:controllers:path; the unified hierarchy is number 0 and names no controllers.
            if (line.Split(':', 3) is not [_, var controllers, var path])
            {
                continue;
            }

            if (controllers.Length == 0)
            {
                _unifiedGroup = path;
                continue;
            }

            string[] together = controllers.Split(',');
            foreach (string controller in together)
            {
                _legacyGroups[controller] = (together, path);
            }
        }

        _unified = new(FindUnified);
    }

    /// <summary>Reads the layout of a host.</summary>
    /// <param name="files">The host's files.</param>
    /// <param name="parentGroup">The parent specified by the application; null to use the first usable cgroup.</param>
    /// <param name="maker">Obtains a cgroup if none is usable as it is; null for none.</param>
    internal static CgroupLayout Read(HostFiles files, string? parentGroup, ICgroupDelegation? maker = null) =>
        new(files, parentGroup, maker);

    /// <summary>Gets a value indicating whether a v2 hierarchy is mounted.</summary>
    internal bool HasUnified => _mounts.Any(mount => mount.Type == Unified);

    /// <summary>Gets a value indicating whether a v1 hierarchy with a controller is mounted.</summary>
    internal bool HasLegacy => _mounts.Any(mount => mount.Type == Legacy && !mount.SuperOptions.Any(IsName));

    /// <summary>Gets the v1 controllers, grouped by hierarchy.</summary>
    internal IEnumerable<string[]> LegacyControllers =>
        _legacyGroups.Values.Select(group => group.Together).Distinct().Where(together => !IsName(together[0]));

    /// <summary>
    /// Gets the v2 controllers of this process's cgroup, or of the cgroup below which others can be created.
    /// </summary>
    internal IReadOnlyList<string> UnifiedControllers => _unified.Value.Controllers;

    /// <summary>
    /// Gets the place where v2 cgroups can be created; null if there is none, for the reason in
    /// <see cref="UnifiedObstacle"/>.
    /// </summary>
    internal ControllerMount? UnifiedPlace => _unified.Value.Place;

    internal Obstacle? UnifiedObstacle => _unified.Value.Obstacle;

    /// <summary>Gets the v2 cgroup of this process; null if there is no v2 hierarchy.</summary>
    internal string? UnifiedGroup => _unifiedGroup;

    /// <summary>
    /// Gets a value indicating whether this process is in no delegated cgroup that can enable controllers for its
    /// children, so that a systemd scope would be used.
    /// </summary>
    internal bool IsScopeNeeded
    {
        get
        {
            _ = _unified.Value;
            return _isScopeNeeded;
        }
    }

    /// <summary>Finds the place where cgroups with a controller can be created.</summary>
    /// <param name="controller">
    /// The controller's name on v2, or <c>cpuacct</c> for CPU time, which is not a controller on v2.
    /// </param>
    /// <param name="place">The place.</param>
    /// <param name="obstacle">The reason why there is none.</param>
    internal bool TryFind(
        string controller, [NotNullWhen(true)] out ControllerMount? place, [NotNullWhen(false)] out Obstacle? obstacle)
    {
        if (controller == LimitControllers.Freezer && (_unified.Value.Place ?? FindUnifiedDirectory()) is { } any)
        {
            // Any v2 cgroup is sufficient, even if v1 has a freezer.
            place = any;
            obstacle = null;
            return true;
        }

        string legacyName = controller == "io" ? "blkio" : controller;
        if (_legacyGroups.TryGetValue(legacyName, out (string[] Together, string Path) group))
        {
            return TryFindLegacy(legacyName, group.Together, group.Path, out place, out obstacle);
        }

        (place, string[] controllers, Obstacle? unified) = _unified.Value;
        place ??= controller == LimitControllers.Devices ? FindUnifiedDirectory() : null;
        obstacle = null;
        if (place is null)
        {
            obstacle = new Obstacle($"The {controller} controller is not available: {unified!.Reason}", unified.Remedy);
        }
        else if (!LimitControllers.IsInEveryGroup(controller) && !controllers.Contains(controller))
        {
            obstacle = new Obstacle(
                $"The cgroup {place.Directory} does not have the {controller} controller.",
                "Enable it in cgroup.subtree_control of all ancestors (Delegate=yes in a systemd unit), or use "
                    + "a kernel that has it.");
            place = null;
        }

        return place is not null;
    }

    private bool TryFindLegacy(
        string controller, string[] together, string path, [NotNullWhen(true)] out ControllerMount? place,
        [NotNullWhen(false)] out Obstacle? obstacle)
    {
        place = null;
        obstacle = new Obstacle(
            $"The {controller} controller is on cgroup v1, whose hierarchy is not mounted.",
            $"mount -t cgroup -o {string.Join(',', together)} cgroup DIRECTORY");
        MountLine[] mounts = [.. _mounts.Where(
            mount => mount.Type == Legacy && together.All(mount.SuperOptions.Contains))];

        // A hierarchy can be mounted more than once: a container has it read-only at the usual place, and perhaps
        // writable elsewhere.
        foreach (MountLine mount in mounts)
        {
            if (Locate(mount, _parentGroup ?? path) is not { } directory)
            {
                obstacle = NotShown(controller, mount, path);
            }
            else if (mount.Options.Contains("ro") || !_files.MayWrite(directory))
            {
                obstacle = new Obstacle(
                    $"The {controller} controller is on cgroup v1, and {directory} is not writable.", RightsRemedy);
            }
            else
            {
                place = new ControllerMount(CgroupVersion.V1, directory);
                obstacle = null;
                return true;
            }
        }

        return false;
    }

    private string RightsRemedy => _files.Exists("/run/systemd/system")
        ? "Start the application in its own delegated cgroup: Delegate=yes and DelegateSubgroup=host in its unit, or "
            + "systemd-run --user --scope -p Delegate=yes COMMAND."
        : "Run the application as root, or make a cgroup writable for it (chown) and specify that "
            + "(SandboxLimits.ParentGroup); in a container, use a private cgroup namespace and a writable mount.";

    private (ControllerMount? Place, string[] Controllers, Obstacle? Obstacle) FindUnified()
    {
        MountLine[] mounts = [.. _mounts.Where(mount => mount.Type == Unified)];
        if (_unifiedGroup is null || mounts.Length == 0)
        {
            return (null, [], new Obstacle(
                "No cgroup v2 hierarchy is mounted, and v1 lacks the controller.",
                "mount -t cgroup2 cgroup2 /sys/fs/cgroup"));
        }

        Obstacle? obstacle = null;
        string[] offered = [];
        foreach (MountLine mount in mounts)
        {
            if (Locate(mount, _parentGroup ?? _unifiedGroup) is not { } start)
            {
                obstacle ??= NotShown("cgroup v2", mount, _unifiedGroup);
                continue;
            }

            offered = Words($"{start}/cgroup.controllers");
            if (mount.Options.Contains("ro"))
            {
                obstacle = new Obstacle($"Cgroup v2 is mounted read-only at {mount.Point}.", RightsRemedy);
                continue;
            }

            List<Obstacle> obstacles = [];
            foreach (string directory in Candidates(mount, start, obstacles))
            {
                if (_files.MayWrite(directory) && Give(directory) is { Length: > 0 } given)
                {
                    return (new ControllerMount(CgroupVersion.V2, directory), given, null);
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
    private ControllerMount? FindUnifiedDirectory() =>
        _unifiedGroup is { } group
        && _mounts.Where(mount => mount.Type == Unified && !mount.Options.Contains("ro"))
            .Select(mount => Locate(mount, _parentGroup ?? group))
            .FirstOrDefault(directory => directory is not null && _files.MayWrite(directory)) is { } directory
            ? new ControllerMount(CgroupVersion.V2, directory)
            : null;

    /// <summary>
    /// Gets the usable cgroups, best first. Any change a cgroup requires is made when the enumeration reaches it.
    /// </summary>
    private IEnumerable<string> Candidates(MountLine mount, string start, List<Obstacle> obstacles)
    {
        if (_parentGroup is not null)
        {
            yield return start;
            obstacles.Add(_files.MayWrite(start) ? Occupied(start) : NotWritable(start));
            yield break;
        }

        // A hierarchy without controllers is of no use.
        bool hasControllers = _files.ReadText($"{mount.Point}/cgroup.controllers") is { Length: > 0 };
        ICgroupDelegation? maker = hasControllers ? _maker : null;
        string? unit = UnitCgroup.Find(_unifiedGroup!) is { } path ? Locate(mount, path) : null;
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
                Obstacle? stays = maker is null ? Occupied(start) : maker.LeaveGroup(start);
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
                    $"The cgroup {unit} belongs to a systemd unit without Delegate=yes.", RightsRemedy)
                : NotWritable(start));
        }

        _isScopeNeeded = hasControllers;
        if (maker is not null && _files.Exists("/run/systemd/system"))
        {
            if (maker.FindScope(_unifiedGroup!, group => Locate(mount, group), out Obstacle? obstacle) is { } scope)
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

    private Obstacle NotWritable(string directory) => new($"The cgroup {directory} is not writable.", RightsRemedy);

    private static bool IsName(string option) => option.StartsWith("name=", StringComparison.Ordinal);

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

    private Obstacle NotShown(string controller, MountLine mount, string path) => _parentGroup is { } named
        ? new Obstacle(
            $"The {controller} mount at {mount.Point} has no cgroup {named}.",
            $"Create it (mkdir {mount.Point.TrimEnd('/')}{named}), or specify another one.")
        : new Obstacle(
            $"The {controller} mount at {mount.Point} does not show the cgroup {path} of this process.",
            "Mount the whole hierarchy, or use a private cgroup namespace for the container (--cgroupns=private).");

    /// <summary>
    /// Gets the directory of a cgroup from its path in the hierarchy; null if the mount shows another part of the
    /// hierarchy.
    /// </summary>
    private string? Locate(MountLine mount, string path)
    {
        path = path.Length > 1 ? path.TrimEnd('/') : path;
        string? below = mount.Root == "/" ? path
            : path == mount.Root ? "/"
            : path.StartsWith(mount.Root + "/", StringComparison.Ordinal) ? path[mount.Root.Length..]
            : null;

        // Inside a cgroup namespace, the paths of cgroups outside begin with "..", so their names are unknown.
        if (below is null || below.Split('/').Contains(".."))
        {
            return null;
        }

        string directory = below == "/" ? mount.Point : mount.Point.TrimEnd('/') + below;
        return _files.Exists(directory) ? directory : null;
    }

    private string[] Words(string path) =>
        _files.ReadText(path)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
}
