namespace Isolation.Linux.Probing;

/// <summary>
/// Below which cgroups this process may make others, and with which controllers; see cgroups(7). The version is found
/// per controller. Nothing is made.
/// </summary>
internal sealed class CgroupProbe
{
    private readonly HostFiles _files;
    private readonly IReadOnlyList<MountLine> _mounts;
    private readonly SortedSet<string> _usable = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _barred = new(StringComparer.Ordinal);
    private readonly List<string> _parts = [];

    private CgroupProbe(HostFiles files)
    {
        _files = files;
        _mounts = files.ReadMounts();
    }

    internal static FeatureSupport Find(HostFiles files) => new CgroupProbe(files).Find();

    private FeatureSupport Find()
    {
        const IsolationFeature Feature = IsolationFeature.Cgroups;
        foreach (string line in _files.ReadLines("/proc/self/cgroup"))
        {
            // hierarchy:controllers:path; the unified hierarchy is number 0 and names no controllers.
            if (line.Split(':', 3) is [_, var controllers, var path])
            {
                if (controllers.Length == 0)
                {
                    FindUnified(path);
                }
                else if (!controllers.StartsWith("name=", StringComparison.Ordinal))
                {
                    FindLegacy(controllers.Split(','), path);
                }
            }
        }

        _barred.ExceptWith(_usable);
        bool hasUnified = _mounts.Any(mount => mount.Type == "cgroup2");
        bool hasLegacy = _mounts.Any(mount => mount.Type == "cgroup" && !mount.SuperOptions.Any(option => option.StartsWith("name=", StringComparison.Ordinal)));
        string version = (hasUnified, hasLegacy) switch
        {
            (true, true) => "Cgroup v1 and v2 (hybrid)",
            (true, false) => "Cgroup v2",
            (false, true) => "Cgroup v1",
            _ => "",
        };
        if (version.Length == 0)
        {
            return new(Feature, false, "No cgroup file system is mounted.", "mount -t cgroup2 cgroup2 /sys/fs/cgroup");
        }

        string details = string.Join("; ", _parts);
        if (_usable.Count > 0)
        {
            string missing = _barred.Count == 0 ? "" : $" Not usable: {string.Join(", ", _barred)}.";
            return new(Feature, true, $"{version}: {details}.{missing}", null);
        }

        return new(Feature, false, $"{version}, but this process may make no group with a controller: {details}.", Remedy());
    }

    private string Remedy() =>
        _files.Exists("/run/systemd/system")
            ? "Start the host in a delegated group of its own: Delegate=yes in its unit with DelegateSubgroup=host, or systemd-run --user --scope -p Delegate=yes COMMAND."
            : "Give the host a group that it may write to, with no process in it, and controllers in its cgroup.subtree_control; in a container: --cgroupns=private with a writable /sys/fs/cgroup.";

    /// <summary>A group of v2 with processes cannot give controllers to others, so the group of this process rarely serves, but one above it may.</summary>
    private void FindUnified(string path)
    {
        if (_mounts.FirstOrDefault(mount => mount.Type == "cgroup2") is not { } mount)
        {
            return;
        }

        if (Locate(mount, path) is not { } own)
        {
            _parts.Add($"v2 at {mount.Point} does not show this process's group {path}");
            return;
        }

        string[] offered = Words($"{own}/cgroup.controllers");
        _barred.UnionWith(offered);
        if (mount.Options.Contains("ro"))
        {
            _parts.Add($"v2 is mounted read-only at {mount.Point}");
            return;
        }

        for (string group = own; group.Length >= mount.Point.Length; group = group[..group.LastIndexOf('/')])
        {
            if (_files.MayWrite(group) && Give(group) is { Length: > 0 } given)
            {
                _usable.UnionWith(given);
                _parts.Add($"v2 below {group}: {string.Join(" ", given)}");
                return;
            }
        }

        _parts.Add(offered.Length == 0 ? "v2 without controllers" : _files.MayWrite(own) ? $"{own} has processes in it" : $"{own} may not be written");
    }

    /// <summary>The controllers that a group gives to those below it, or can be made to give.</summary>
    private string[] Give(string group)
    {
        string[] given = Words($"{group}/cgroup.subtree_control");
        bool isRootOfAll = !_files.Exists($"{group}/cgroup.type");
        bool isEmpty = _files.ReadText($"{group}/cgroup.procs") is null or "";
        return _files.MayWrite($"{group}/cgroup.subtree_control") && (isRootOfAll || isEmpty || given.Length > 0)
            ? Words($"{group}/cgroup.controllers")
            : given;
    }

    private void FindLegacy(string[] controllers, string path)
    {
        _barred.UnionWith(controllers);
        MountLine? mount = _mounts.FirstOrDefault(mount => mount.Type == "cgroup" && controllers.All(mount.SuperOptions.Contains));
        string names = string.Join(" ", controllers);
        if (mount is null)
        {
            _parts.Add($"v1 {names} is not mounted");
            return;
        }

        if (Locate(mount, path) is not { } own)
        {
            _parts.Add($"v1 {names} at {mount.Point} does not show this process's group {path}");
        }
        else if (mount.Options.Contains("ro") || !_files.MayWrite(own))
        {
            _parts.Add($"v1 {names}: {own} may not be written");
        }
        else
        {
            _usable.UnionWith(controllers);
            _parts.Add($"v1 {names} below {own}");
        }
    }

    /// <summary>The folder of a group, by its path in the hierarchy; null where the mount shows another part of it.</summary>
    private string? Locate(MountLine mount, string path)
    {
        string below = mount.Root == "/" ? path : path == mount.Root ? "/" : path.StartsWith(mount.Root + "/", StringComparison.Ordinal) ? path[mount.Root.Length..] : "";
        string folder = below == "/" ? mount.Point : mount.Point + below;
        return below.Length > 0 && _files.Exists(folder) ? folder : null;
    }

    private string[] Words(string path) => _files.ReadText(path)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
}
