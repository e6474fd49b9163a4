using System.Collections.Immutable;

namespace Isolation;

/// <summary>Builds <see cref="SandboxLimits"/>.</summary>
/// <remarks>Each method replaces its limit, except that the methods for devices and page sizes add one.</remarks>
public sealed class LimitsBuilder
{
    private SandboxLimits _limits;

    internal LimitsBuilder(SandboxLimits limits) => _limits = limits with
    {
        InputOutput = limits.InputOutput.IsDefault ? [] : limits.InputOutput,
        HugePages = limits.HugePages.IsDefault ? [] : limits.HugePages,
        Devices = limits.Devices is { IsDefault: true } ? [] : limits.Devices,
    };

    /// <summary>Sets the maximum memory in bytes. Default: no limit.</summary>
    public LimitsBuilder Memory(long bytes) => Set(_limits with { Memory = bytes });

    /// <summary>Sets the memory in bytes above which commands are slowed down. Default: none.</summary>
    public LimitsBuilder MemoryHigh(long bytes) => Set(_limits with { MemoryHigh = bytes });

    /// <summary>Sets the memory in bytes that is reclaimed only if no other memory is left. Default: none.</summary>
    public LimitsBuilder MemoryLow(long bytes) => Set(_limits with { MemoryLow = bytes });

    /// <summary>Sets the memory in bytes that is never reclaimed. Default: none.</summary>
    public LimitsBuilder MemoryMin(long bytes) => Set(_limits with { MemoryMin = bytes });

    /// <summary>Sets the maximum swap in bytes, in addition to memory. Default: no limit.</summary>
    public LimitsBuilder Swap(long bytes) => Set(_limits with { Swap = bytes });

    /// <summary>Sets what the kernel kills when memory runs out. Default: one process.</summary>
    public LimitsBuilder OnOutOfMemory(OutOfMemoryKill kill) => Set(_limits with { OutOfMemoryKill = kill });

    /// <summary>Sets the CPU bandwidth in cores: 0.5 is half of one core. Default: no limit.</summary>
    public LimitsBuilder Cpu(double cores) => Set(_limits with { Cpu = cores });

    /// <summary>
    /// Sets the CPU bandwidth in cores, and the unused CPU time that may accumulate. Default: no limit.
    /// </summary>
    public LimitsBuilder Cpu(double cores, TimeSpan burst) => Set(_limits with { Cpu = cores, CpuBurst = burst });

    /// <summary>
    /// Sets the share of CPU time among competing cgroups, 1 to 10000. Default: the kernel's, usually 100.
    /// </summary>
    public LimitsBuilder CpuWeight(int weight) => Set(_limits with { CpuWeight = weight });

    /// <summary>Sets the numbers of the CPUs to run on. Default: those of the parent cgroup.</summary>
    public LimitsBuilder Cpus(params ImmutableArray<int> numbers) => Set(_limits with { Cpus = numbers });

    /// <summary>Sets the numbers of the memory nodes to allocate from. Default: those of the parent cgroup.</summary>
    public LimitsBuilder MemoryNodes(params ImmutableArray<int> numbers) => Set(_limits with { MemoryNodes = numbers });

    /// <summary>Sets the maximum number of concurrent processes and threads. Default: no limit.</summary>
    public LimitsBuilder Processes(int count) => Set(_limits with { Processes = count });

    /// <summary>Sets the share of I/O among competing cgroups, 1 to 1000. Default: the kernel's, usually 100.</summary>
    public LimitsBuilder InputOutputWeight(int weight) => Set(_limits with { InputOutputWeight = weight });

    /// <summary>Adds a bandwidth limit for a block device. Default: no limits.</summary>
    public LimitsBuilder InputOutput(DeviceBandwidth device) =>
        Set(_limits with { InputOutput = _limits.InputOutput.Add(device) });

    /// <summary>Adds a limit in bytes for memory in huge pages of one size. Default: no limits.</summary>
    public LimitsBuilder HugePages(long pageSize, long bytes) =>
        Set(_limits with { HugePages = _limits.HugePages.Add(new HugePageLimit(pageSize, bytes)) });

    /// <summary>
    /// Sets the devices that commands may use; an empty list denies all devices. Default: no limit.
    /// <see cref="DefaultDevices.Rules"/> contains the devices that programs expect.
    /// </summary>
    public LimitsBuilder Devices(params ImmutableArray<DeviceRule> rules) =>
        Set(_limits with { Devices = rules.IsDefault ? [] : rules });

    /// <summary>
    /// Allows the device of a device file on the host, such as <c>/dev/kvm</c>, in addition to those of
    /// <see cref="Devices"/> or, if there are none, <see cref="DefaultDevices.Rules"/>. The file must also be bound
    /// into the root.
    /// </summary>
    public LimitsBuilder AllowDevice(string path, DeviceAccess access = DeviceAccess.ReadWrite) =>
        AllowDevice(new DeviceByPath(path, access));

    /// <summary>
    /// Allows devices in addition to those of <see cref="Devices"/> or, if there are none,
    /// <see cref="DefaultDevices.Rules"/>.
    /// </summary>
    public LimitsBuilder AllowDevice(DeviceRule rule) =>
        Set(_limits with { Devices = (_limits.Devices ?? DefaultDevices.Rules).Add(rule) });

    /// <summary>Sets the parent cgroup of the sandbox's cgroup. Default: the application's own cgroup.</summary>
    public LimitsBuilder UnderCgroup(string parentGroup) => Set(_limits with { ParentGroup = parentGroup });

    /// <summary>
    /// Sets the exact cgroup of the sandbox, such as <c>/judge/box-1</c>. Default: a name of the library's choice.
    /// </summary>
    public LimitsBuilder AtCgroup(string path) => Set(_limits with { CgroupPath = path });

    /// <summary>
    /// Runs without the limits that the host does not support, even without any, if it has no cgroups or the
    /// application may not create one. Default: limits are required, and creating the sandbox fails.
    /// </summary>
    /// <remarks>
    /// A program without limits can take all memory, CPU time and process numbers of the machine. The log (event 1006),
    /// the health check and <see cref="SandboxReport.HasNoLimits"/> say so.
    /// </remarks>
    public LimitsBuilder BestEffort() => Set(_limits with { Requirement = Requirement.Prefer });

    internal SandboxLimits Build() => _limits;

    private LimitsBuilder Set(SandboxLimits limits)
    {
        _limits = limits;
        return this;
    }
}
