namespace Isolation.Linux.Cgroups.Layout;

/// <summary>Maps limits to the controllers that enforce them.</summary>
internal static class LimitControllers
{
    internal const string Devices = "devices";

    /// <summary>
    /// The v1 freezer. Every v2 cgroup can be frozen, and also reports when it is empty, and pressure.
    /// </summary>
    internal const string Freezer = "freezer";

    /// <summary>The controllers of all hierarchies in which a sandbox may have cgroups.</summary>
    internal static readonly string[] All = ["memory", "cpu", "cpuacct", "cpuset", "pids", "io", "hugetlb",
        Devices, Freezer];

    /// <summary>Returns whether a v1 controller is a property of every v2 cgroup, which need not be enabled.</summary>
    internal static bool IsInEveryGroup(string controller) => controller is "cpuacct" or Devices or Freezer;

    /// <summary>Gets the limits that are set, in an order in which they can be written.</summary>
    internal static IEnumerable<string> SetIn(SandboxLimits limits)
    {
        (string Limit, bool IsSet)[] all =
        [
            (nameof(limits.Memory), limits.Memory is not null),
            (nameof(limits.MemoryHigh), limits.MemoryHigh is not null),
            (nameof(limits.MemoryLow), limits.MemoryLow is not null),
            (nameof(limits.MemoryMin), limits.MemoryMin is not null),
            (nameof(limits.Swap), limits.Swap is not null),
            (nameof(limits.OutOfMemoryKill), limits.OutOfMemoryKill != OutOfMemoryKill.OneProcess),
            (nameof(limits.Cpu), limits.Cpu is not null),
            (nameof(limits.CpuBurst), limits.CpuBurst is not null),
            (nameof(limits.CpuWeight), limits.CpuWeight is not null),
            (nameof(limits.Cpus), !limits.Cpus.IsDefaultOrEmpty),
            (nameof(limits.MemoryNodes), !limits.MemoryNodes.IsDefaultOrEmpty),
            (nameof(limits.Processes), limits.Processes is not null),
            (nameof(limits.InputOutputWeight), limits.InputOutputWeight is not null),
            (nameof(limits.InputOutput), !limits.InputOutput.IsDefaultOrEmpty),
            (nameof(limits.HugePages), !limits.HugePages.IsDefaultOrEmpty),
            (nameof(limits.Devices), limits.Devices is not null),
        ];
        return all.Where(one => one.IsSet).Select(one => one.Limit);
    }

    /// <summary>Gets the controller of a limit, by its v2 name.</summary>
    internal static string Of(string limit) => limit switch
    {
        nameof(SandboxLimits.Cpu) or nameof(SandboxLimits.CpuBurst) or nameof(SandboxLimits.CpuWeight) => "cpu",
        nameof(SandboxLimits.Cpus) or nameof(SandboxLimits.MemoryNodes) => "cpuset",
        nameof(SandboxLimits.Processes) => "pids",
        nameof(SandboxLimits.InputOutput) or nameof(SandboxLimits.InputOutputWeight) => "io",
        nameof(SandboxLimits.HugePages) => "hugetlb",
        nameof(SandboxLimits.Devices) => Devices,
        _ => "memory",
    };

    /// <summary>Formats a page size as in the names of kernel files, such as <c>2MB</c>.</summary>
    internal static string PageSize(long bytes) => bytes switch
    {
        >= 1L << 30 => $"{bytes >> 30}GB",
        >= 1L << 20 => $"{bytes >> 20}MB",
        _ => $"{bytes >> 10}KB",
    };
}
