using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Represents the resource usage of a command or a whole sandbox. Values that the host does not provide are null.
/// </summary>
public sealed record SandboxUsage
{
    /// <summary>Gets the source of the values. Values that the source does not provide are null.</summary>
    public UsageSource Source { get; init; }

    /// <summary>
    /// Gets the CPU time in user mode. v2 <c>cpu.stat</c>; v1 the exact total in <c>cpuacct.usage</c>, divided in the
    /// ratio of <c>cpuacct.usage_all</c>, which the kernel samples; without a cgroup, getrusage(2).
    /// </summary>
    public TimeSpan UserCpuTime { get; init; }

    /// <summary>Gets the CPU time in kernel mode, from the same source as <see cref="UserCpuTime"/>.</summary>
    public TimeSpan SystemCpuTime { get; init; }

    /// <summary>
    /// Gets the time for which CPU time was withheld because of <see cref="SandboxLimits.Cpu"/>, added up over CPUs.
    /// <c>cpu.stat</c>.
    /// </summary>
    /// <remarks>
    /// The limit applies to the whole sandbox. If commands run at the same time, the value of each includes the
    /// throttling of all of them.
    /// </remarks>
    public TimeSpan? ThrottledTime { get; init; }

    /// <summary>
    /// Gets the number of 100 ms periods in which CPU time was withheld, with the same scope as
    /// <see cref="ThrottledTime"/>. <c>cpu.stat</c>.
    /// </summary>
    public long? ThrottledPeriods { get; init; }

    /// <summary>
    /// Gets the memory at the time of reading, in bytes. v2 <c>memory.current</c>, v1 <c>memory.usage_in_bytes</c>.
    /// </summary>
    public long? CurrentMemory { get; init; }

    /// <summary>
    /// Gets the maximum memory at any time, in bytes, including page cache and kernel memory. v2 <c>memory.peak</c>
    /// (Linux 5.19), v1 <c>memory.max_usage_in_bytes</c>; without a cgroup, the largest resident set of one process.
    /// </summary>
    /// <remarks>
    /// The kernel keeps no maximum without page cache. A program that reads or writes much can therefore reach the
    /// limit in this figure without being short of memory, because the kernel takes page cache back first. For the
    /// largest resident set of a process, see <see cref="SandboxResult.PeakMemory"/>; for the present composition,
    /// <see cref="MemoryComposition"/>.
    /// </remarks>
    public long? PeakMemory { get; init; }

    /// <summary>
    /// Gets the composition of <see cref="CurrentMemory"/>. <c>memory.stat</c>; null without a cgroup.
    /// </summary>
    public MemoryComposition? MemoryComposition { get; init; }

    /// <summary>
    /// Gets the number of page faults, including <see cref="MajorPageFaults"/>: accesses to a page that was not mapped,
    /// or not mapped for writing. <c>pgfault</c> in <c>memory.stat</c> (v1 <c>total_pgfault</c>), which can lack the
    /// last 64 for each CPU; without a cgroup, getrusage(2).
    /// </summary>
    public long? PageFaults { get; init; }

    /// <summary>
    /// Gets the number of page faults that had to wait for a disk. <c>pgmajfault</c> in <c>memory.stat</c> (v1
    /// <c>total_pgmajfault</c>), with the same precision as <see cref="PageFaults"/>; without a cgroup, getrusage(2).
    /// </summary>
    public long? MajorPageFaults { get; init; }

    /// <summary>Gets the number of processes and threads at the time of reading. <c>pids.current</c>.</summary>
    public long? CurrentProcesses { get; init; }

    /// <summary>
    /// Gets the maximum number of processes and threads at the same time. <c>pids.peak</c> (Linux 6.1).
    /// </summary>
    public long? PeakProcesses { get; init; }

    /// <summary>
    /// Gets the I/O of block devices; empty if unknown. v2 <c>io.stat</c>, if the parent cgroup has the controller; v1
    /// <c>blkio.throttle.io_service_bytes</c> and <c>io_serviced</c>, for devices in
    /// <see cref="SandboxLimits.InputOutput"/>.
    /// </summary>
    public ImmutableArray<DeviceUsage> InputOutput { get; init; } = [];

    /// <summary>
    /// Gets the number of processes killed because memory was exhausted. v2 <c>memory.events</c>, v1
    /// <c>memory.oom_control</c>.
    /// </summary>
    public long? OutOfMemoryKills { get; init; }

    /// <summary>
    /// Gets the number of processes and threads that could not be created because of
    /// <see cref="SandboxLimits.Processes"/>. <c>pids.events</c>.
    /// </summary>
    /// <remarks>
    /// If commands run at the same time, the value of each can include the refusals of all of them (v2 since Linux
    /// 6.11).
    /// </remarks>
    public long? RefusedProcesses { get; init; }

    /// <summary>
    /// Gets the time lost waiting for a CPU, because of either <see cref="SandboxLimits.Cpu"/> or other programs.
    /// <c>cpu.pressure</c> (Linux 4.20) of a v2 cgroup; null on v1, and if pressure information is disabled in the
    /// kernel.
    /// </summary>
    public PressureFigures? CpuPressure { get; init; }

    /// <summary>
    /// Gets the time lost waiting for memory to be reclaimed or read back from a disk. <c>memory.pressure</c>, with the
    /// same requirements as <see cref="CpuPressure"/>.
    /// </summary>
    public PressureFigures? MemoryPressure { get; init; }

    /// <summary>
    /// Gets the time lost waiting for I/O of block devices. <c>io.pressure</c>, with the same requirements as
    /// <see cref="CpuPressure"/>.
    /// </summary>
    public PressureFigures? InputOutputPressure { get; init; }

    /// <summary>Gets the CPU time in user and kernel mode.</summary>
    public TimeSpan CpuTime => UserCpuTime + SystemCpuTime;
}
