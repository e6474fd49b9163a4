using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Systemd;
using Isolation.Linux.Host;

namespace Isolation.Linux.Probing;

/// <summary>
/// Finds the cgroups in which this process may create others, and their controllers. Nothing is created.
/// </summary>
internal static class CgroupProbe
{
    internal static FeatureSupport Find(HostFiles files, ProcessCredentials facts)
    {
        const IsolationFeature Feature = IsolationFeature.Cgroups;
        CgroupLayout layout = CgroupLayout.Read(files, parentGroup: null);
        string version = (layout.HasUnified, layout.HasLegacy) switch
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

        SortedSet<string> usable = new(StringComparer.Ordinal), barred = new(StringComparer.Ordinal);
        List<string> parts = [];
        string? remedy = null;
        foreach (string[] together in layout.LegacyControllers)
        {
            Add(together, $"v1 {string.Join(' ', together)}", layout.TryFind(
                together[0], out ControllerMount? place, out Obstacle? obstacle) ? place : null, obstacle);
        }

        if (layout.HasUnified)
        {
            if (layout.IsScopeNeeded && MayAskForScope(layout, files, facts))
            {
                usable.UnionWith(layout.UnifiedControllers);
                parts.Add($"v2 below a scope requested from systemd: {string.Join(' ', layout.UnifiedControllers)}");
            }
            else
            {
                Add(layout.UnifiedControllers, "v2", layout.UnifiedPlace, layout.UnifiedObstacle);
            }
        }

        barred.ExceptWith(usable);
        string details = string.Join("; ", parts);
        if (usable.Count == 0)
        {
            return new(
                Feature, false, $"{version}, but this process cannot create a cgroup with a controller: {details}.",
                remedy);
        }

        string missing = barred.Count == 0 ? "" : $" Not available: {string.Join(", ", barred)}.";
        return new(Feature, true, $"{version}: {details}.{missing}", null);

        void Add(IReadOnlyList<string> controllers, string name, ControllerMount? place, Obstacle? obstacle)
        {
            (place is null ? barred : usable).UnionWith(controllers);
            parts.Add(place is null ? obstacle!.Reason.TrimEnd('.')
                : place.Version == CgroupVersion.V1 ? $"{name} below {place.Directory}"
                : $"{name} below {place.Directory}: {string.Join(' ', controllers)}");
            remedy ??= obstacle?.Remedy;
        }
    }

    private static bool MayAskForScope(CgroupLayout layout, HostFiles files, ProcessCredentials facts) =>
        layout.UnifiedGroup is { } group
        && SystemdManager.Find(files, facts.UserId, files.ReadEnvironment) is { } manager
        && manager.Reaches(group) && manager.FindObstacle(files) is null;
}
