namespace Isolation.Linux.Cgroups.Layout;

/// <summary>Which controller holds which limit, and which limits a specification sets.</summary>
internal static class LimitControllers
{
    internal const string Devices = "devices";

    /// <summary>
    /// What freezes on v1. Every group of v2 can, and also tells when it is empty and how much its processes lack.
    /// </summary>
    internal const string Freezer = "freezer";

    /// <summary>Each in which a sandbox may have groups.</summary>
    internal static readonly string[] All = ["memory", "cpu", "cpuacct", "cpuset", "pids", "io", "hugetlb",
        Devices, Freezer];

    /// <summary>What is a controller on v1, and on v2 a property of every group, which nobody has to enable.</summary>
    internal static bool IsInEveryGroup(string controller) => controller is "cpuacct" or Devices or Freezer;

    /// <summary>The limits that are set, in an order in which they can be written.</summary>
    internal static IEnumerable<string> SetIn(SandboxLimits limits)
    {
        (string Limit, bool IsSet)[] all =
        [
            (nameof(limits.Memory), limits.Memory is not null),
            (nameof(limits.MemoryHigh), limits.MemoryHigh is not null),
            (nameof(limits.MemoryLow), limits.MemoryLow is not null),
            (nameof(limits.MemoryMin), limits.MemoryMin is not null),
            (nameof(limits.Swap), limits.Swap is not null),
            (nameof(limits.OutOfMemoryKill), limits.OutOfMemoryKill == OutOfMemoryKill.WholeCommand),
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

    /// <summary>The controller of a limit, by its name on v2.</summary>
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

    /// <summary>A size of pages as the kernel names files after it, such as <c>2MB</c>.</summary>
    internal static string PageSize(long bytes) => bytes switch
    {
        >= 1L << 30 => $"{bytes >> 30}GB",
        >= 1L << 20 => $"{bytes >> 20}MB",
        _ => $"{bytes >> 10}KB",
    };
}
