using Isolation.Linux.Cgroups.Delegation;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Host;
using Isolation.Linux.Probing;

namespace Isolation.Linux.Parts;

/// <summary>
/// Represents everything that a plan needs to know about the host. Planning asks nothing else, so a plan can be made,
/// and asserted, for any host on any machine.
/// </summary>
internal sealed record PlanningHost
{
    private static readonly Lazy<PlanningHost> Shared = new(() => Of(HostCgroupDelegation.Default));

    /// <summary>Gets this host, with the default options for cgroups.</summary>
    internal static PlanningHost Current => Shared.Value;

    /// <summary>Gets the files that describe the host.</summary>
    internal required HostFiles Files { get; init; }

    /// <summary>Gets the links from packages to their configuration.</summary>
    internal required PackageLinks Links { get; init; }

    /// <summary>Gets the identity and the privileges of the application.</summary>
    internal required ProcessCredentials Credentials { get; init; }

    /// <summary>Gets the answers that only the kernel can give.</summary>
    internal required IKernelProbes Probes { get; init; }

    /// <summary>Gets the obstacles to namespaces.</summary>
    internal required NamespaceProbe Namespaces { get; init; }

    /// <summary>Gets the way to a cgroup where none is usable as it is.</summary>
    internal required ICgroupDelegation Cgroups { get; init; }

    /// <summary>Gets the Landlock support of the kernel.</summary>
    internal required LandlockSupport Landlock { get; init; }

    /// <summary>Gets this host.</summary>
    internal static PlanningHost Of(ICgroupDelegation cgroups) => new()
    {
        Files = HostFiles.Current,
        Links = PackageLinks.Current,
        Credentials = ProcessCredentials.Current,
        Probes = new KernelProbes(),
        Namespaces = HostProbe.Current.Namespaces,
        Cgroups = cgroups,
        Landlock = LandlockSupport.Current,
    };
}
