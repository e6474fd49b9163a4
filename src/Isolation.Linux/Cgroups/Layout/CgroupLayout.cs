using System.Diagnostics.CodeAnalysis;
using Isolation.Linux.Host;

namespace Isolation.Linux.Cgroups.Layout;

/// <summary>
/// Finds, for each controller, the cgroup below which a sandbox's cgroups can be created; see cgroups(7). It only reads
/// files; changes are made only by an <see cref="ICgroupDelegation"/>.
/// </summary>
internal sealed class CgroupLayout
{
    private readonly HostHierarchies _hierarchies;
    private readonly LegacyLayout _legacyLayout;
    private readonly UnifiedLayout _unifiedLayout;

    // Lazy, so that nothing is changed for v2 on hosts where v1 has all required controllers.
    private readonly Lazy<(ControllerMount? Place, string[] Controllers, Obstacle? Obstacle)> _unified;

    private CgroupLayout(HostFiles files, CgroupLocation location, ICgroupDelegation? maker)
    {
        _hierarchies = new HostHierarchies(files, location);
        _legacyLayout = new LegacyLayout(_hierarchies);
        _unifiedLayout = new UnifiedLayout(_hierarchies, maker);
        _unified = new(_unifiedLayout.Find);
    }

    /// <summary>Reads the layout of a host.</summary>
    /// <param name="files">The host's files.</param>
    /// <param name="parentGroup">The parent specified by the application; null to use the first usable cgroup.</param>
    /// <param name="maker">Obtains a cgroup if none is usable as it is; null for none.</param>
    internal static CgroupLayout Read(HostFiles files, string? parentGroup, ICgroupDelegation? maker = null) =>
        new(files, new CgroupLocation(parentGroup, null), maker);

    /// <summary>Reads the layout of a host for a sandbox with limits.</summary>
    internal static CgroupLayout ReadFor(SandboxLimits limits, HostFiles files, ICgroupDelegation? maker = null) =>
        new(files, CgroupLocation.Of(limits), maker);

    /// <summary>Gets a value indicating whether a v2 hierarchy is mounted.</summary>
    internal bool HasUnified => _hierarchies.UnifiedMounts.Any();

    /// <summary>Gets a value indicating whether a v1 hierarchy with a controller is mounted.</summary>
    internal bool HasLegacy => _hierarchies.LegacyMounts.Any(
        mount => !mount.SuperOptions.Any(HostHierarchies.IsName));

    /// <summary>Gets the v1 controllers, grouped by hierarchy.</summary>
    internal IEnumerable<string[]> LegacyControllers =>
        _hierarchies.LegacyGroups.Values.Select(group => group.Together).Distinct()
            .Where(together => !HostHierarchies.IsName(together[0]));

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
    internal string? UnifiedGroup => _hierarchies.UnifiedGroup;

    /// <summary>
    /// Gets a value indicating whether this process is in no delegated cgroup that can enable controllers for its
    /// children, so that a systemd scope would be used.
    /// </summary>
    internal bool IsScopeNeeded
    {
        get
        {
            _ = _unified.Value;
            return _unifiedLayout.IsScopeNeeded;
        }
    }

    /// <summary>Returns whether this process is in a cgroup, in any hierarchy.</summary>
    internal bool IsOwn(string path) => path == UnifiedGroup
        || _hierarchies.LegacyGroups.Values.Any(group => group.Path == path);

    /// <summary>Finds the place where cgroups with a controller can be created.</summary>
    /// <param name="controller">
    /// The controller's name on v2, or <c>cpuacct</c> for CPU time, which is not a controller on v2.
    /// </param>
    /// <param name="place">The place.</param>
    /// <param name="obstacle">The reason why there is none.</param>
    internal bool TryFind(
        string controller, [NotNullWhen(true)] out ControllerMount? place, [NotNullWhen(false)] out Obstacle? obstacle)
    {
        if (controller == LimitControllers.Freezer
            && (_unified.Value.Place ?? _unifiedLayout.FindDirectory()) is { } any)
        {
            // Any v2 cgroup is sufficient, even if v1 has a freezer.
            place = any;
            obstacle = null;
            return true;
        }

        string legacyName = controller == "io" ? "blkio" : controller;
        if (_hierarchies.LegacyGroups.TryGetValue(legacyName, out (string[] Together, string Path) group))
        {
            return _legacyLayout.TryFind(legacyName, group.Together, group.Path, out place, out obstacle);
        }

        (place, string[] controllers, Obstacle? unified) = _unified.Value;
        place ??= controller == LimitControllers.Devices ? _unifiedLayout.FindDirectory() : null;
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
}
