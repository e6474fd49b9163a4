using System.Collections.Immutable;

namespace Isolation;

/// <summary>What a command, or a whole sandbox, used. A figure that the host cannot tell is null.</summary>
public sealed record SandboxUsage
{
    /// <summary>Where the figures come from. What the source cannot tell is null.</summary>
    public UsageSource Source { get; init; }

    /// <summary>
    /// CPU time in user mode. v2 <c>cpu.stat</c>; v1 <c>cpuacct.usage</c>, which is exact, divided as
    /// <c>cpuacct.usage_all</c> is, which the kernel samples; without a group from getrusage(2).
    /// </summary>
    public TimeSpan UserCpuTime { get; init; }

    /// <summary>CPU time in kernel mode, likewise.</summary>
    public TimeSpan SystemCpuTime { get; init; }

    /// <summary>
    /// For how long CPU time was held back because of <see cref="SandboxLimits.Cpu"/>, added up over CPUs. The limit is
    /// the sandbox's: of commands that ran at once, each has what was held back from all of them. <c>cpu.stat</c>.
    /// </summary>
    public TimeSpan? ThrottledTime { get; init; }

    /// <summary>In how many periods of 100 ms CPU time was held back, likewise. <c>cpu.stat</c>.</summary>
    public long? ThrottledPeriods { get; init; }

    /// <summary>
    /// Memory at the time of reading, in bytes. v2 <c>memory.current</c>, v1 <c>memory.usage_in_bytes</c>.
    /// </summary>
    public long? CurrentMemory { get; init; }

    /// <summary>
    /// The most memory at once, in bytes, with page cache and kernel memory. v2 <c>memory.peak</c> (Linux 5.19), v1
    /// <c>memory.max_usage_in_bytes</c>; without a group the largest resident set of one process.
    /// </summary>
    public long? PeakMemory { get; init; }

    /// <summary>What <see cref="CurrentMemory"/> consists of. <c>memory.stat</c>; null without a group.</summary>
    public MemoryComposition? MemoryComposition { get; init; }

    /// <summary>
    /// Page faults: how often a page was touched that was not there yet, or not for writing.
    /// <see cref="MajorPageFaults"/> are among them. <c>pgfault</c> in <c>memory.stat</c> (v1 <c>total_pgfault</c>),
    /// which may lack the last 64 for each CPU; without a group from getrusage(2).
    /// </summary>
    public long? PageFaults { get; init; }

    /// <summary>Page faults that had to wait for a disk, likewise. <c>pgmajfault</c>.</summary>
    public long? MajorPageFaults { get; init; }

    /// <summary>Processes and threads at the time of reading. <c>pids.current</c>.</summary>
    public long? CurrentProcesses { get; init; }

    /// <summary>The most processes and threads at once. <c>pids.peak</c> (Linux 6.1).</summary>
    public long? PeakProcesses { get; init; }

    /// <summary>
    /// I/O of block devices. v2 <c>io.stat</c>, where the parent group has the controller; v1
    /// <c>blkio.throttle.io_service_bytes</c> and <c>io_serviced</c>, of devices that
    /// <see cref="SandboxLimits.InputOutput"/> names. Default when unknown: empty.
    /// </summary>
    public ImmutableArray<DeviceUsage> InputOutput { get; init; } = [];

    /// <summary>
    /// Processes killed because memory had run out. v2 <c>memory.events</c>, v1 <c>memory.oom_control</c>.
    /// </summary>
    public long? OutOfMemoryKills { get; init; }

    /// <summary>
    /// Processes and threads that were refused at <see cref="SandboxLimits.Processes"/>. Of commands that ran at once,
    /// each may have those of all of them (v2 since Linux 6.11). <c>pids.events</c>.
    /// </summary>
    public long? RefusedProcesses { get; init; }

    /// <summary>
    /// Time lost by waiting for a CPU, be it because of <see cref="SandboxLimits.Cpu"/> or of other programs.
    /// <c>cpu.pressure</c> (Linux 4.20) of a group of v2; null on v1, and where the kernel has pressure switched off.
    /// </summary>
    public PressureFigures? CpuPressure { get; init; }

    /// <summary>
    /// Time lost by waiting for memory: to be freed, or to come back from a disk. <c>memory.pressure</c>, likewise.
    /// </summary>
    public PressureFigures? MemoryPressure { get; init; }

    /// <summary>Time lost by waiting for I/O of block devices. <c>io.pressure</c>, likewise.</summary>
    public PressureFigures? InputOutputPressure { get; init; }

    /// <summary>CPU time in user and in kernel mode.</summary>
    public TimeSpan CpuTime => UserCpuTime + SystemCpuTime;
}
