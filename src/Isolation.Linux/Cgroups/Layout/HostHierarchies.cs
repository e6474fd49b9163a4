using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Layout;

/// <summary>Represents the cgroup hierarchies of the host, and the cgroups of this process in them.</summary>
internal sealed class HostHierarchies
{
    /// <summary>The type of mounts of v1 hierarchies.</summary>
    private const string Legacy = "cgroup";

    /// <summary>The type of mounts of the v2 hierarchy.</summary>
    private const string Unified = "cgroup2";

    private readonly IReadOnlyList<MountLine> _mounts;

    /// <summary>Reads the hierarchies.</summary>
    /// <param name="files">The host's files.</param>
    /// <param name="location">The location specified by the application.</param>
    internal HostHierarchies(HostFiles files, CgroupLocation location)
    {
        Files = files;
        Location = location;
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
                UnifiedGroup = path;
                continue;
            }

            string[] together = controllers.Split(',');
            foreach (string controller in together)
            {
                LegacyGroups[controller] = (together, path);
            }
        }
    }

    /// <summary>Gets the host's files.</summary>
    internal HostFiles Files { get; }

    /// <summary>Gets the location specified by the application.</summary>
    internal CgroupLocation Location { get; }

    /// <summary>Gets the v2 cgroup of this process; null if there is no v2 hierarchy.</summary>
    internal string? UnifiedGroup { get; }

    /// <summary>
    /// Gets the v1 cgroups of this process by controller, with the controllers of the same hierarchy.
    /// </summary>
    internal Dictionary<string, (string[] Together, string Path)> LegacyGroups { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the mounts of the v2 hierarchy.</summary>
    internal IEnumerable<MountLine> UnifiedMounts => _mounts.Where(mount => mount.Type == Unified);

    /// <summary>Gets the mounts of v1 hierarchies.</summary>
    internal IEnumerable<MountLine> LegacyMounts => _mounts.Where(mount => mount.Type == Legacy);

    /// <summary>Gets the remedy for missing permissions.</summary>
    internal string RightsRemedy => Files.Exists("/run/systemd/system")
        ? "Start the application in its own delegated cgroup: Delegate=yes and DelegateSubgroup=host in its unit, or "
            + "systemd-run --user --scope -p Delegate=yes COMMAND."
        : "Run the application as root, or make a cgroup writable for it (chown) and specify that "
            + $"(SandboxLimits.ParentGroup); {ContainerFlags.WritableCgroups}.";

    /// <summary>Returns whether a mount option is the name of a hierarchy without controllers.</summary>
    internal static bool IsName(string option) => option.StartsWith("name=", StringComparison.Ordinal);

    /// <summary>
    /// Gets the directory of a cgroup from its path in the hierarchy; null if the mount shows another part of the
    /// hierarchy.
    /// </summary>
    internal string? Locate(MountLine mount, string path) =>
        Resolve(mount, path) is { } directory && Files.Exists(directory) ? directory : null;

    /// <summary>
    /// Gets the directory of the specified parent or, by default, of this process's own cgroup. If the application
    /// specified the exact cgroup and its parent does not exist, gets the closest ancestor that does.
    /// </summary>
    /// <param name="mount">The mount of the hierarchy.</param>
    /// <param name="own">The path of this process's own cgroup.</param>
    internal string? LocateStart(MountLine mount, string own)
    {
        if (Location.Name is null)
        {
            return Locate(mount, Location.Parent ?? own);
        }

        string? directory = Resolve(mount, Location.Parent!);
        while (directory?.Length > mount.Point.Length && !Files.Exists(directory))
        {
            directory = Path.GetDirectoryName(directory);
        }

        return directory;
    }

    /// <summary>Gets the place for the sandbox's cgroup in a usable directory.</summary>
    /// <param name="version">The version of the hierarchy.</param>
    /// <param name="mount">The mount of the hierarchy.</param>
    /// <param name="directory">The directory: the parent, or an ancestor below which the parent is created.</param>
    internal ControllerMount Place(CgroupVersion version, MountLine mount, string directory) =>
        new(version, Location.Name is null ? directory : Resolve(mount, Location.Parent!)!);

    /// <summary>Describes that a mount does not show the cgroup that is required.</summary>
    internal Obstacle NotShown(string controller, MountLine mount, string path) => Location switch
    {
        { Parent: { } named, Name: null } => new Obstacle(
            $"The {controller} mount at {mount.Point} has no cgroup {named}.",
            $"Create it (mkdir {mount.Point.TrimEnd('/')}{named}), or specify another one."),
        { Parent: { } named } => new Obstacle(
            $"The {controller} mount at {mount.Point} does not show the cgroup {named}, only cgroups in {mount.Root}.",
            "Mount the whole hierarchy, or specify another cgroup."),
        _ => new Obstacle(
            $"The {controller} mount at {mount.Point} does not show the cgroup {path} of this process.",
            "Mount the whole hierarchy, or use a private cgroup namespace for the container (--cgroupns=private)."),
    };

    private static string? Resolve(MountLine mount, string path)
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

        return below == "/" ? mount.Point : mount.Point.TrimEnd('/') + below;
    }
}
