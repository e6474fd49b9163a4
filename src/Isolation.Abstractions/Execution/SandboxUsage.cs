using System.Collections.Immutable;

namespace Isolation;

/// <summary>What a command, or a whole sandbox, used. A figure that the host cannot tell is null.</summary>
public sealed record SandboxUsage
{
    /// <summary>Where the figures come from. What the source cannot tell is null.</summary>
    public UsageSource Source { get; init; }

    /// <summary>
    /// CPU time in user mode. v2 <c>cpu.stat</c>; v1 <c>cpuacct.usage</c>, which is exact, divided as <c>usage_user</c> and
    /// <c>usage_sys</c> are, which the kernel samples; without a group from getrusage(2).
    /// </summary>
    public TimeSpan UserCpuTime { get; init; }

    /// <summary>CPU time in kernel mode, likewise.</summary>
    public TimeSpan SystemCpuTime { get; init; }

    /// <summary>
    /// For how long CPU time was held back because of <see cref="SandboxLimits.Cpu"/>, added up over CPUs. The limit is the sandbox's: of
    /// commands that ran at once, each has what was held back from all of them. <c>cpu.stat</c>.
    /// </summary>
    public TimeSpan? ThrottledTime { get; init; }

    /// <summary>In how many periods of 100 ms CPU time was held back, likewise. <c>cpu.stat</c>.</summary>
    public long? ThrottledPeriods { get; init; }

    /// <summary>Memory at the time of reading, in bytes. v2 <c>memory.current</c>, v1 <c>memory.usage_in_bytes</c>.</summary>
    public long? CurrentMemory { get; init; }

    /// <summary>
    /// The most memory at once, in bytes, with page cache and kernel memory. v2 <c>memory.peak</c> (Linux 5.19), v1
    /// <c>memory.max_usage_in_bytes</c>; without a group the largest resident set of one process.
    /// </summary>
    public long? PeakMemory { get; init; }

    /// <summary>Processes and threads at the time of reading. <c>pids.current</c>.</summary>
    public long? CurrentProcesses { get; init; }

    /// <summary>The most processes and threads at once. <c>pids.peak</c> (Linux 6.1).</summary>
    public long? PeakProcesses { get; init; }

    /// <summary>
    /// I/O of block devices. v2 <c>io.stat</c>; v1 <c>blkio.throttle.io_service_bytes</c> and <c>io_serviced</c>, where
    /// <see cref="SandboxLimits.InputOutput"/> or <see cref="SandboxLimits.InputOutputWeight"/> was set. Default when unknown: empty.
    /// </summary>
    public ImmutableArray<DeviceUsage> InputOutput { get; init; } = [];

    /// <summary>Processes killed because memory had run out. v2 <c>memory.events</c>, v1 <c>memory.oom_control</c>.</summary>
    public long? OutOfMemoryKills { get; init; }

    /// <summary>
    /// Processes and threads that were refused at <see cref="SandboxLimits.Processes"/>. Of commands that ran at once, each may have those of all
    /// of them (v2 since Linux 6.11). <c>pids.events</c>.
    /// </summary>
    public long? RefusedProcesses { get; init; }

    /// <summary>CPU time in user and in kernel mode.</summary>
    public TimeSpan CpuTime => UserCpuTime + SystemCpuTime;
}
