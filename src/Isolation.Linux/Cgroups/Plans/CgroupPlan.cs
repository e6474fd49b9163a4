using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Devices;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Cgroups.Settings;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Cgroups.Plans;

/// <summary>Represents the cgroups and limits that a specification requires on a host.</summary>
/// <param name="Hierarchies">
/// The hierarchies in which the sandbox has cgroups; empty if the host has none and no limit is required.
/// </param>
/// <param name="Requirement">The level at which limits are required.</param>
/// <param name="NotApplied">The limits that are known to be unavailable.</param>
internal sealed record CgroupPlan(
    ImmutableArray<CgroupHierarchy> Hierarchies, Requirement Requirement, ImmutableArray<NotApplied> NotApplied)
{
    /// <summary>The controllers used for accounting even without a limit, if the host supports them.</summary>
    private static readonly string[] Counted = ["cpuacct", "memory", "pids"];

    private const string NoSocketMemory =
        $"The memory controller is on cgroup v1 on this host, whose kernel has no {V1Settings.SocketMemory}.";

    /// <summary>Gets the parent specified by the application; null for none.</summary>
    internal string? ParentGroup { get; private init; }

    /// <summary>
    /// Gets the name of the sandbox's cgroups, whose missing ancestors are created too; null for a unique name.
    /// </summary>
    internal string? Name { get; private init; }

    internal static CgroupPlan? Make(SandboxLimits? limits, HostFiles files, ICgroupDelegation? maker = null)
    {
        if (limits is null)
        {
            return null;
        }

        CgroupLayout layout = CgroupLayout.ReadFor(limits, files, maker);
        if (limits.CgroupPath is { } path && layout.IsOwn(path))
        {
            throw new SandboxException(
                "create the cgroup", path, Errno.EBUSY, nameof(Errno.EBUSY), "the application itself is in it",
                "Choose another path (SandboxLimits.CgroupPath).");
        }

        Dictionary<ControllerMount, List<string>> places = [];
        List<(ControllerMount Place, CgroupSetting Setting)> settings = [];
        (ControllerMount Place, AllowedDevices Allowed)? devices = null;
        ImmutableArray<NotApplied>.Builder notApplied = ImmutableArray.CreateBuilder<NotApplied>();
        foreach (string limit in LimitControllers.SetIn(limits))
        {
            string controller = LimitControllers.Of(limit);
            if (layout.TryFind(controller, out ControllerMount? place, out Obstacle? obstacle))
            {
                obstacle = place.Version == CgroupVersion.V1 ? V1Settings.FindObstacle(limit, limits) : null;
            }

            if (obstacle is not null)
            {
                bool isOptional = limit == nameof(SandboxLimits.OutOfMemoryKill)
                    && limits.OutOfMemoryKill == OutOfMemoryKill.WholeCommandIfPossible;
                obstacle.Refuse(
                    isOptional ? Requirement.Prefer : limits.Requirement,
                    new ProgramStep($"set the limit {limit}", null, StepKind.SetGroupLimit),
                    Errno.ENOTSUP, notApplied);
                continue;
            }

            Use(places, place!, controller);
            if (limit == nameof(SandboxLimits.Devices))
            {
                devices = (place!, new AllowedDevices(
                    place!.Version, limits.Devices is { IsDefault: false } rules ? rules : []));
                continue;
            }

            IEnumerable<CgroupSetting> found = place!.Version == CgroupVersion.V1
                ? V1Settings.Of(limit, limits)
                : V2Settings.Of(limit, limits);
            if (limit == nameof(SandboxLimits.Memory) && place.Version == CgroupVersion.V1
                && !files.Exists($"{place.Directory}/{V1Settings.SocketMemory}"))
            {
                found = found.Where(static setting => setting.Files[0] != V1Settings.SocketMemory);
                notApplied.Add(new NotApplied(
                    "limit the memory of sockets", NoSocketMemory,
                    "Boot with systemd.unified_cgroup_hierarchy=1, or forbid sockets.")
                {
                    IsLimit = true,
                });
            }

            settings.AddRange(found.Select(setting => (place, setting)));
        }

        Obstacle? missing = null;
        foreach (string controller in Counted)
        {
            if (layout.TryFind(controller, out ControllerMount? place, out missing))
            {
                Use(places, place, controller);
            }
        }

        if (places.Count == 0 && limits.CgroupPath is not null)
        {
            missing!.Refuse(
                limits.Requirement, new ProgramStep("create the cgroup", limits.CgroupPath, StepKind.MakeGroup),
                Errno.ENOTSUP, notApplied);
        }

        // On v2, accounting for I/O is free. On v1 it would mean one more hierarchy to join.
        if (layout.TryFind("io", out ControllerMount? io, out _) && io.Version == CgroupVersion.V2
            && places.ContainsKey(io))
        {
            Use(places, io, "io");
        }

        return new CgroupPlan(
            [.. places.Select(place => new CgroupHierarchy(
                place.Key.Version, place.Key.Directory, [.. place.Value],
                [.. settings.Where(one => one.Place == place.Key).Select(one => one.Setting)])
            {
                Devices = devices?.Place == place.Key ? devices?.Allowed : null,
            })],
            limits.Requirement,
            notApplied.ToImmutable())
        {
            ParentGroup = limits.ParentGroup,
            Name = CgroupLocation.Of(limits).Name,
        };
    }

    /// <summary>Describes a hierarchy in which a sandbox already has a cgroup, with the limits there.</summary>
    internal static CgroupHierarchy Restore(
        CgroupVersion version, string parent, ImmutableArray<string> controllers, SandboxLimits limits)
    {
        string[] set = [.. LimitControllers.SetIn(limits)
            .Where(limit => controllers.Contains(LimitControllers.Of(limit)))];
        return new CgroupHierarchy(
            version, parent, controllers,
            [.. set.Where(static limit => limit != nameof(SandboxLimits.Devices)).SelectMany(
                limit => version == CgroupVersion.V1 ? V1Settings.Of(limit, limits) : V2Settings.Of(limit, limits))])
        {
            Devices = set.Contains(nameof(SandboxLimits.Devices))
                ? new AllowedDevices(version, limits.Devices is { IsDefault: false } rules ? rules : [])
                : null,
        };
    }

    private static void Use(Dictionary<ControllerMount, List<string>> places, ControllerMount place, string controller)
    {
        if (!places.TryGetValue(place, out List<string>? controllers))
        {
            places.Add(place, controllers = []);
        }

        if (!controllers.Contains(controller))
        {
            controllers.Add(controller);
        }
    }
}
