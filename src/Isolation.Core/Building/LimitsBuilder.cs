using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Builds <see cref="SandboxLimits"/>. Each method replaces its limit, those for devices and page sizes add one.
/// </summary>
public sealed class LimitsBuilder
{
    private SandboxLimits _limits;

    internal LimitsBuilder(SandboxLimits limits) => _limits = limits with
    {
        InputOutput = limits.InputOutput.IsDefault ? [] : limits.InputOutput,
        HugePages = limits.HugePages.IsDefault ? [] : limits.HugePages,
        Devices = limits.Devices is { IsDefault: true } ? [] : limits.Devices,
    };

    /// <summary>The most memory, in bytes. Default: no limit.</summary>
    public LimitsBuilder Memory(long bytes) => Set(_limits with { Memory = bytes });

    /// <summary>Memory in bytes above which commands are slowed down. Default: none.</summary>
    public LimitsBuilder MemoryHigh(long bytes) => Set(_limits with { MemoryHigh = bytes });

    /// <summary>Memory in bytes that is taken back only when nothing else is left. Default: none.</summary>
    public LimitsBuilder MemoryLow(long bytes) => Set(_limits with { MemoryLow = bytes });

    /// <summary>Memory in bytes that is never taken back. Default: none.</summary>
    public LimitsBuilder MemoryMin(long bytes) => Set(_limits with { MemoryMin = bytes });

    /// <summary>The most swap in bytes, besides memory. Default: no limit.</summary>
    public LimitsBuilder Swap(long bytes) => Set(_limits with { Swap = bytes });

    /// <summary>What the kernel kills when memory has run out. Default: one process.</summary>
    public LimitsBuilder OnOutOfMemory(OutOfMemoryKill kill) => Set(_limits with { OutOfMemoryKill = kill });

    /// <summary>CPU time per time, in cores: 0.5 is half of one. Default: no limit.</summary>
    public LimitsBuilder Cpu(double cores) => Set(_limits with { Cpu = cores });

    /// <summary>CPU time per time in cores, and how much may be saved up. Default: no limit.</summary>
    public LimitsBuilder Cpu(double cores, TimeSpan burst) => Set(_limits with { Cpu = cores, CpuBurst = burst });

    /// <summary>
    /// The share of CPU time among groups that compete, 1 to 10000. Default: the kernel's, usually 100.
    /// </summary>
    public LimitsBuilder CpuWeight(int weight) => Set(_limits with { CpuWeight = weight });

    /// <summary>The CPUs to run on, by number. Default: those of the parent group.</summary>
    public LimitsBuilder Cpus(params ImmutableArray<int> numbers) => Set(_limits with { Cpus = numbers });

    /// <summary>The memory nodes to allocate from, by number. Default: those of the parent group.</summary>
    public LimitsBuilder MemoryNodes(params ImmutableArray<int> numbers) => Set(_limits with { MemoryNodes = numbers });

    /// <summary>The most processes and threads at once. Default: no limit.</summary>
    public LimitsBuilder Processes(int count) => Set(_limits with { Processes = count });

    /// <summary>The share of I/O among groups that compete, 1 to 1000. Default: the kernel's, usually 100.</summary>
    public LimitsBuilder InputOutputWeight(int weight) => Set(_limits with { InputOutputWeight = weight });

    /// <summary>How much a further block device may be used. Default: no limits.</summary>
    public LimitsBuilder InputOutput(DeviceBandwidth device) =>
        Set(_limits with { InputOutput = _limits.InputOutput.Add(device) });

    /// <summary>How much memory in huge pages of a further size may be used, in bytes. Default: no limits.</summary>
    public LimitsBuilder HugePages(long pageSize, long bytes) =>
        Set(_limits with { HugePages = _limits.HugePages.Add(new HugePageLimit(pageSize, bytes)) });

    /// <summary>
    /// The devices that may be used; without any, none. Default: no limit. <see cref="DefaultDevices.Rules"/> is what
    /// programs expect.
    /// </summary>
    public LimitsBuilder Devices(params ImmutableArray<DeviceRule> rules) =>
        Set(_limits with { Devices = rules.IsDefault ? [] : rules });

    /// <summary>
    /// A further device that may be used, besides those of <see cref="Devices"/> or else
    /// <see cref="DefaultDevices.Rules"/>: the one that a file of the host stands for, such as <c>/dev/kvm</c>. The
    /// file itself is to be bound into the root.
    /// </summary>
    public LimitsBuilder AllowDevice(string path, DeviceAccess access = DeviceAccess.ReadWrite) =>
        AllowDevice(new DeviceByPath(path, access));

    /// <summary>
    /// Further devices that may be used, besides those of <see cref="Devices"/> or else
    /// <see cref="DefaultDevices.Rules"/>.
    /// </summary>
    public LimitsBuilder AllowDevice(DeviceRule rule) =>
        Set(_limits with { Devices = (_limits.Devices ?? DefaultDevices.Rules).Add(rule) });

    /// <summary>The group below which the sandbox's is made. Default: the host's own.</summary>
    public LimitsBuilder UnderCgroup(string parentGroup) => Set(_limits with { ParentGroup = parentGroup });

    /// <summary>Limits that cannot be had are left out, and reported. Default: they are required.</summary>
    public LimitsBuilder BestEffort() => Set(_limits with { Requirement = Requirement.Prefer });

    internal SandboxLimits Build() => _limits;

    private LimitsBuilder Set(SandboxLimits limits)
    {
        _limits = limits;
        return this;
    }
}
