using System.Diagnostics.CodeAnalysis;
using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Layout;

/// <summary>
/// Below which group of a host a sandbox's groups can be made, controller by controller; see cgroups(7). Files are
/// read, and nothing is changed but by a <see cref="ICgroupDelegation"/>.
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

    // Not before it is asked for: what is done to the host for v2 is not done where v1 has all that is needed.
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
    /// <param name="parentGroup">The parent that the application names; null: the first that serves of those that there
    /// are.</param>
    /// <param name="maker">What is done where none serves as it is; null: nothing.</param>
    internal static CgroupLayout Read(HostFiles files, string? parentGroup, ICgroupDelegation? maker = null) =>
        new(files, parentGroup, maker);

    /// <summary>Whether a hierarchy of v2 is mounted.</summary>
    internal bool HasUnified => _mounts.Any(mount => mount.Type == Unified);

    /// <summary>Whether a hierarchy of v1 with a controller is mounted.</summary>
    internal bool HasLegacy => _mounts.Any(mount => mount.Type == Legacy && !mount.SuperOptions.Any(IsName));

    /// <summary>The controllers of v1, those of one hierarchy together.</summary>
    internal IEnumerable<string[]> LegacyControllers =>
        _legacyGroups.Values.Select(group => group.Together).Distinct().Where(together => !IsName(together[0]));

    /// <summary>
    /// The controllers that the group of this process has on v2, or that the place has below which groups can be made.
    /// </summary>
    internal IReadOnlyList<string> UnifiedControllers => _unified.Value.Controllers;

    /// <summary>
    /// Where groups of v2 can be made; null where they cannot, for the reason of <see cref="UnifiedObstacle"/>.
    /// </summary>
    internal ControllerMount? UnifiedPlace => _unified.Value.Place;

    internal Obstacle? UnifiedObstacle => _unified.Value.Obstacle;

    /// <summary>The group of v2 that this process is in; null where there is no v2.</summary>
    internal string? UnifiedGroup => _unifiedGroup;

    /// <summary>
    /// Whether this process is in no delegated group that can hand controllers on, so that a scope of systemd's would
    /// be used.
    /// </summary>
    internal bool IsScopeNeeded
    {
        get
        {
            _ = _unified.Value;
            return _isScopeNeeded;
        }
    }

    /// <summary>Where groups with a controller can be made, or why they cannot.</summary>
    /// <param name="controller">Its name on v2; <c>cpuacct</c>, which v2 does without, stands for CPU time.</param>
    /// <param name="place">The place.</param>
    /// <param name="obstacle">The reason.</param>
    internal bool TryFind(
        string controller, [NotNullWhen(true)] out ControllerMount? place, [NotNullWhen(false)] out Obstacle? obstacle)
    {
        if (controller == LimitControllers.Freezer && (_unified.Value.Place ?? FindUnifiedDirectory()) is { } any)
        {
            // Any group of v2 will do, also where v1 has a freezer.
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
            obstacle = new Obstacle($"The controller {controller} cannot be used: {unified!.Reason}", unified.Remedy);
        }
        else if (!LimitControllers.IsInEveryGroup(controller) && !controllers.Contains(controller))
        {
            obstacle = new Obstacle(
                $"The group {place.Directory} does not have the controller {controller}.",
                "Enable it in cgroup.subtree_control of every group above it (Delegate=yes in a systemd unit), or use "
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
            $"The controller {controller} belongs to v1, and its hierarchy is not mounted.",
            $"mount -t cgroup -o {string.Join(',', together)} cgroup FOLDER");
        MountLine[] mounts = [.. _mounts.Where(
            mount => mount.Type == Legacy && together.All(mount.SuperOptions.Contains))];

        // The same hierarchy may be mounted more than once: a container has it read-only at the usual place, and
        // perhaps elsewhere.
        foreach (MountLine mount in mounts)
        {
            if (Locate(mount, _parentGroup ?? path) is not { } directory)
            {
                obstacle = NotShown(controller, mount, path);
            }
            else if (mount.Options.Contains("ro") || !_files.MayWrite(directory))
            {
                obstacle = new Obstacle(
                    $"The controller {controller} belongs to v1, and {directory} may not be written.", RightsRemedy);
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
        ? "Start the host in a delegated group of its own: Delegate=yes in its unit with DelegateSubgroup=host, or "
            + "systemd-run --user --scope -p Delegate=yes COMMAND."
        : "Run the host as root, or give it a group that it may write to (chown), and name that "
            + "(SandboxLimits.ParentGroup); in a container: a private cgroup namespace and a writable /sys/fs/cgroup.";

    private (ControllerMount? Place, string[] Controllers, Obstacle? Obstacle) FindUnified()
    {
        MountLine[] mounts = [.. _mounts.Where(mount => mount.Type == Unified)];
        if (_unifiedGroup is null || mounts.Length == 0)
        {
            return (null, [], new Obstacle(
                "No hierarchy of v2 is mounted, and v1 does not have it.", "mount -t cgroup2 cgroup2 /sys/fs/cgroup"));
        }

        Obstacle? obstacle = null;
        string[] offered = [];
        foreach (MountLine mount in mounts)
        {
            if (Locate(mount, _parentGroup ?? _unifiedGroup) is not { } start)
            {
                obstacle ??= NotShown("v2", mount, _unifiedGroup);
                continue;
            }

            offered = Words($"{start}/cgroup.controllers");
            if (mount.Options.Contains("ro"))
            {
                obstacle = new Obstacle($"v2 is mounted read-only at {mount.Point}.", RightsRemedy);
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
                    $"The group {start} has no controllers of v2.",
                    "Enable them in cgroup.subtree_control of every group above it.")
                : new Obstacle(
                    string.Join(' ', obstacles.Select(one => one.Reason)),
                    string.Join(' ', obstacles.Select(one => one.Remedy).OfType<string>()));
        }

        return (null, offered, obstacle);
    }

    /// <summary>Where groups of v2 can be made that are handed no controllers, since none is needed.</summary>
    private ControllerMount? FindUnifiedDirectory() =>
        _unifiedGroup is { } group
        && _mounts.Where(mount => mount.Type == Unified && !mount.Options.Contains("ro"))
            .Select(mount => Locate(mount, _parentGroup ?? group))
            .FirstOrDefault(directory => directory is not null && _files.MayWrite(directory)) is { } directory
            ? new ControllerMount(CgroupVersion.V2, directory)
            : null;

    /// <summary>
    /// The groups that may serve, best first. What has to be done for one is done when it is its turn.
    /// </summary>
    private IEnumerable<string> Candidates(MountLine mount, string start, List<Obstacle> obstacles)
    {
        if (_parentGroup is not null)
        {
            yield return start;
            obstacles.Add(_files.MayWrite(start) ? Occupied(start) : NotWritable(start));
            yield break;
        }

        // Of a hierarchy without controllers nothing is to be had.
        bool hasControllers = _files.ReadText($"{mount.Point}/cgroup.controllers") is { Length: > 0 };
        ICgroupDelegation? maker = hasControllers ? _maker : null;
        string? unit = UnitCgroup.Find(_unifiedGroup!) is { } path ? Locate(mount, path) : null;
        if (unit is null || UnitCgroup.IsDelegated(_files, unit, start, mount.Point))
        {
            // A group with processes cannot hand controllers on, so the one that this process is in rarely serves; one
            // above it may.
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
                    $"The group {unit} is that of a unit of systemd without Delegate=yes.", RightsRemedy)
                : NotWritable(start));
        }

        _isScopeNeeded = hasControllers;
        if (maker is not null && _files.Exists("/run/systemd/system"))
        {
            if (maker.FindScope(_unifiedGroup!, group => Locate(mount, group), out Obstacle? obstacle) is { } scope)
            {
                yield return scope;
                obstacles.Add(new Obstacle($"The scope {scope} cannot hand controllers on.", null));
            }
            else
            {
                obstacles.Add(obstacle!);
            }
        }

        yield return mount.Point;
    }

    private static Obstacle Occupied(string directory) => new(
        $"The group {directory} has processes in it, and so cannot hand controllers on.",
        "Put the host into a group of its own below it, or name another group (SandboxLimits.ParentGroup).");

    private Obstacle NotWritable(string directory) => new($"The group {directory} may not be written.", RightsRemedy);

    private static bool IsName(string option) => option.StartsWith("name=", StringComparison.Ordinal);

    /// <summary>The controllers that a group hands on, or can be made to hand on.</summary>
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
            $"There is no group {named} of {controller} at {mount.Point}.",
            $"Make it (mkdir {mount.Point.TrimEnd('/')}{named}), or name another one.")
        : new Obstacle(
            $"The mount of {controller} at {mount.Point} does not show the group {path} that this process is in.",
            "Mount the whole hierarchy, or give the container a cgroup namespace of its own (--cgroupns=private).");

    /// <summary>
    /// The directory of a group, by its path in the hierarchy; null where the mount shows another part of it.
    /// </summary>
    private string? Locate(MountLine mount, string path)
    {
        path = path.Length > 1 ? path.TrimEnd('/') : path;
        string? below = mount.Root == "/" ? path
            : path == mount.Root ? "/"
            : path.StartsWith(mount.Root + "/", StringComparison.Ordinal) ? path[mount.Root.Length..]
            : null;

        // From inside a cgroup namespace, what lies outside of it is told with "..": no name is known for it.
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
