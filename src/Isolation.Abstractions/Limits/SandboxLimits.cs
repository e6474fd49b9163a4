using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// What all commands of a sandbox together may use, held by control groups; see cgroups(7). The same words on v1 and
/// v2; each member names the files behind it. Every command also gets a group of its own below the sandbox's, from
/// which <see cref="SandboxResult.Usage"/> is read; so even without a single limit this record makes the figures exact.
/// </summary>
/// <remarks>
/// Needs a group of the host below which the host may make others: root, or a delegated subtree. Where one version of
/// control groups cannot express a limit, that limit counts as one that cannot be had, see <see cref="Requirement"/>.
/// The first process of the sandbox is no part of it, so the limits are for commands alone.
/// </remarks>
public sealed record SandboxLimits
{
    /// <summary>
    /// What happens when a limit cannot be had. Default: <see cref="Requirement.Require"/>, no sandbox. With
    /// <see cref="Requirement.Prefer"/> the limits that can be had hold, and <see cref="SandboxReport.NotApplied"/>
    /// names the others.
    /// </summary>
    public Requirement Requirement { get; init; }

    /// <summary>
    /// The group below which the sandbox's is made, as <c>/proc/PID/cgroup</c> has it, such as <c>/judge</c>; it must
    /// exist in each hierarchy that a limit needs. Default: on v1 the group that the host's process is in; on v2 a
    /// delegated group that it is in, a scope that systemd gives, or the root, the first of them that can hand its
    /// controllers on.
    /// </summary>
    public string? ParentGroup { get; init; }

    /// <summary>
    /// The most memory, in bytes, page cache and kernel memory included; at the limit the kernel frees what it can,
    /// then kills. At least 65,536 (the kernel rounds down to pages); a small dynamically linked program takes about
    /// 200 KiB. Default: no limit. v2 <c>memory.max</c>, v1 <c>memory.limit_in_bytes</c>.
    /// </summary>
    public long? Memory { get; init; }

    /// <summary>
    /// Memory in bytes above which the commands are slowed down and their memory is taken back, but nothing is killed.
    /// Default: none. v2 <c>memory.high</c>; v1 cannot.
    /// </summary>
    public long? MemoryHigh { get; init; }

    /// <summary>
    /// Memory in bytes that is taken back only when nothing else is left. Default: none. v2 <c>memory.low</c>; v1
    /// cannot.
    /// </summary>
    public long? MemoryLow { get; init; }

    /// <summary>Memory in bytes that is never taken back. Default: none. v2 <c>memory.min</c>; v1 cannot.</summary>
    public long? MemoryMin { get; init; }

    /// <summary>
    /// The most swap in bytes, 0 or more, besides <see cref="Memory"/>. Default: no limit. v2 <c>memory.swap.max</c>;
    /// v1 <c>memory.memsw.limit_in_bytes</c>, which counts both together and so needs <see cref="Memory"/>.
    /// </summary>
    public long? Swap { get; init; }

    /// <summary>
    /// What the kernel kills when memory has run out. Default: <see cref="OutOfMemoryKill.OneProcess"/>.
    /// v2 <c>memory.oom.group</c> of the command's group (Linux 4.19); v1 kills one process only.
    /// </summary>
    public OutOfMemoryKill OutOfMemoryKill { get; init; }

    /// <summary>
    /// CPU time per time, in cores: 0.5 is half of one, 0.01 to 10000. Default: no limit. v2 <c>cpu.max</c>, v1
    /// <c>cpu.cfs_quota_us</c>, with a period of 100 ms.
    /// </summary>
    public double? Cpu { get; init; }

    /// <summary>
    /// CPU time that may be saved up from periods in which less than <see cref="Cpu"/> was used; at most what
    /// <see cref="Cpu"/> allows in 100 ms. Default: none. v2 <c>cpu.max.burst</c>, v1 <c>cpu.cfs_burst_us</c> (Linux
    /// 5.14).
    /// </summary>
    public TimeSpan? CpuBurst { get; init; }

    /// <summary>
    /// The share of CPU time among groups that compete, 1 to 10000, against a usual 100. Default: the kernel's.
    /// v2 <c>cpu.weight</c>; v1 <c>cpu.shares</c>, of which 1024 stand for 100.
    /// </summary>
    public int? CpuWeight { get; init; }

    /// <summary>
    /// The CPUs to run on, by number. Default: those of the parent group. <c>cpuset.cpus</c> on v1 and v2.
    /// </summary>
    public ImmutableArray<int> Cpus { get; init; } = [];

    /// <summary>
    /// The memory nodes to allocate from, by number. Default: those of the parent group. <c>cpuset.mems</c> on v1 and
    /// v2.
    /// </summary>
    public ImmutableArray<int> MemoryNodes { get; init; } = [];

    /// <summary>
    /// The most processes and threads at once, at least 1. Default: no limit. <c>pids.max</c> on v1 and v2.
    /// </summary>
    public int? Processes { get; init; }

    /// <summary>
    /// The share of I/O among groups that compete, 1 to 1000, against a usual 100. Default: the kernel's. v2
    /// <c>io.weight</c>, v1 <c>blkio.bfq.weight</c> or <c>blkio.weight</c>; all need an I/O scheduler that knows
    /// weights.
    /// </summary>
    public int? InputOutputWeight { get; init; }

    /// <summary>
    /// The most I/O of block devices. Default: no limit. v2 <c>io.max</c>; v1 <c>blkio.throttle.*_device</c>, which
    /// sees only I/O that bypasses the page cache, and reads.
    /// </summary>
    public ImmutableArray<DeviceBandwidth> InputOutput { get; init; } = [];

    /// <summary>
    /// The most huge pages. Default: no limit. v2 <c>hugetlb.SIZE.max</c>, v1 <c>hugetlb.SIZE.limit_in_bytes</c>.
    /// </summary>
    public ImmutableArray<HugePageLimit> HugePages { get; init; } = [];

    /// <summary>
    /// The devices that may be opened, and of which nodes may be made; all others are refused with <c>EPERM</c>,
    /// whatever the permissions of their files. At most 1000 rules, which add up (see <see cref="DeviceRule"/>).
    /// Default: null, no limit; empty: no device at all, not even <c>/dev/null</c>; <see cref="DefaultDevices.Rules"/>
    /// is what programs expect. Devices that the parent group refuses stay refused: on v1 allowing them is an error, on
    /// v2 it changes nothing. v2 an eBPF program (<c>BPF_PROG_TYPE_CGROUP_DEVICE</c>, Linux 4.15), which takes CAP_BPF
    /// and CAP_NET_ADMIN on the host; v1 <c>devices.deny</c> and <c>devices.allow</c>, which take CAP_SYS_ADMIN there.
    /// An ordinary user has neither.
    /// </summary>
    public ImmutableArray<DeviceRule>? Devices { get; init; }

    /// <summary>Throws if there is an error in it. Whoever takes limits does this first.</summary>
    /// <exception cref="SandboxSpecificationException">There are errors; every one is listed.</exception>
    public void Validate()
    {
        ErrorList errors = default;
        LimitRules.Check(this, ref errors);
        errors.ThrowIfAny();
    }
}
