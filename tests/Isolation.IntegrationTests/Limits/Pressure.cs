using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Host;

namespace Isolation.IntegrationTests.Limits;

/// <summary>The sources of pressure information on this host.</summary>
internal static class Pressure
{
    /// <summary>
    /// Limits with which a sandbox has a v2 cgroup, or the reason why there is no pressure information.
    /// </summary>
    internal static (SandboxLimits Limits, string? Refusal) Find()
    {
        CgroupLayout layout = CgroupLayout.Read(HostFiles.Current, null);
        if (layout.UnifiedPlace is not { } place || CgroupFiles.Read("/proc/pressure/cpu") is null)
        {
            return (new SandboxLimits(),
                layout.UnifiedObstacle?.Reason ?? "the kernel has no pressure, or it is switched off");
        }

        bool isCounted = layout.TryFind("memory", out ControllerMount? memory, out _) && memory == place;
        bool hasHugePages = layout.TryFind("hugetlb", out ControllerMount? pages, out _) && pages == place;
        return isCounted ? (new SandboxLimits(), null)
            : hasHugePages ? (new SandboxLimits { HugePages = [new HugePageLimit(2 << 20, 0)] }, null)
            : (new SandboxLimits(), "no limit needs a group of v2 here");
    }
}
