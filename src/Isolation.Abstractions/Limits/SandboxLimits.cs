using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Specifies the resources that all commands of a sandbox together may use, enforced by cgroups; see cgroups(7).
/// </summary>
/// <remarks>
/// <para>
/// The members have the same meaning on cgroup v1 and v2, and name the files that implement them. A limit that a
/// version does not support is treated as unavailable; see <see cref="Requirement"/>. Every command also gets its own
/// cgroup below the sandbox's, from which <see cref="SandboxResult.Usage"/> is read, so the usage is exact even if no
/// limit is set.
/// </para>
/// <para>
/// Requires a cgroup below which the application can create others: as root, or in a delegated subtree. The sandbox's
/// first process does not belong to the sandbox's cgroup, so the limits apply to commands only.
/// </para>
/// </remarks>
public sealed partial record SandboxLimits
{
    /// <summary>
    /// Gets a value that specifies what happens if a limit is not available. Default:
    /// <see cref="Requirement.Require"/>, the sandbox is not created. With <see cref="Requirement.Prefer"/>, the
    /// available limits are applied, and <see cref="SandboxReport.NotApplied"/> lists the others.
    /// </summary>
    public Requirement Requirement { get; init; }

    /// <summary>
    /// Gets the cgroup below which the sandbox's cgroup is created, in the form of <c>/proc/PID/cgroup</c>, such as
    /// <c>/judge</c>. It must exist in each hierarchy that a limit requires.
    /// </summary>
    /// <remarks>
    /// Default: null. On v1, this is the application's cgroup. On v2, it is the first of the following that can
    /// delegate its controllers: the application's cgroup if it is delegated, a scope created by systemd, the root
    /// cgroup.
    /// </remarks>
    public string? ParentGroup { get; init; }

    /// <summary>
    /// Gets the exact cgroup of the sandbox, in the form of <c>/proc/PID/cgroup</c>, such as <c>/judge/box-1</c>: the
    /// <c>cgroupsPath</c> of OCI. Default: null, the library chooses a name. Cannot be combined with
    /// <see cref="ParentGroup"/>.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The path is absolute and normalized, at most 4095 bytes long, and the same in each hierarchy that the sandbox
    /// uses. Missing ancestors are created, and stay. The cgroup itself is removed with the sandbox. Commands have
    /// cgroups of their own below it, unless the sandbox is created for a single command.
    /// </para>
    /// <para>
    /// The sandbox is not created (<c>EBUSY</c>, regardless of <see cref="Requirement"/>) if the cgroup belongs to
    /// another sandbox, contains processes or other cgroups, or is the application's own. An existing cgroup that is
    /// empty is replaced, so that it passes on neither limits nor figures.
    /// </para>
    /// </remarks>
    public string? CgroupPath { get; init; }

    /// <summary>
    /// Gets the maximum memory in bytes, including page cache and kernel memory. At least 65,536. Default: null, no
    /// limit. v2 <c>memory.max</c>, v1 <c>memory.limit_in_bytes</c>.
    /// </summary>
    /// <remarks>
    /// At the limit, the kernel reclaims memory and then kills processes. The kernel rounds the limit down to pages. A
    /// small dynamically linked program uses about 200 KiB.
    /// </remarks>
    public long? Memory { get; init; }

    /// <summary>
    /// Gets the memory in bytes above which the commands are throttled and their memory is reclaimed, but no process is
    /// killed. Default: null, none. v2 <c>memory.high</c>; not supported on v1.
    /// </summary>
    public long? MemoryHigh { get; init; }

    /// <summary>
    /// Gets the memory in bytes that is reclaimed only if no other memory can be reclaimed. Default: null, none. v2
    /// <c>memory.low</c>; not supported on v1.
    /// </summary>
    public long? MemoryLow { get; init; }

    /// <summary>
    /// Gets the memory in bytes that is never reclaimed. Default: null, none. v2 <c>memory.min</c>; not supported on
    /// v1.
    /// </summary>
    public long? MemoryMin { get; init; }

    /// <summary>
    /// Gets the maximum swap in bytes, 0 or more, in addition to <see cref="Memory"/>. Default: null, no limit. v2
    /// <c>memory.swap.max</c>; v1 <c>memory.memsw.limit_in_bytes</c>, which limits the sum of both and therefore
    /// requires <see cref="Memory"/>.
    /// </summary>
    public long? Swap { get; init; }

    /// <summary>
    /// Gets a value that specifies which processes the kernel kills when memory is exhausted. Default:
    /// <see cref="OutOfMemoryKill.OneProcess"/>. v2 <c>memory.oom.group</c> of the command's cgroup (Linux 4.19); v1
    /// supports only one process.
    /// </summary>
    public OutOfMemoryKill OutOfMemoryKill { get; init; }

    /// <summary>
    /// Gets the maximum CPU usage in cores, 0.01 to 10000; 0.5 is half of one core. Default: null, no limit. v2
    /// <c>cpu.max</c>, v1 <c>cpu.cfs_quota_us</c>, with a period of 100 ms.
    /// </summary>
    public double? Cpu { get; init; }

    /// <summary>
    /// Gets the CPU time that can be saved from periods in which less than <see cref="Cpu"/> was used, at most the time
    /// that <see cref="Cpu"/> allows in 100 ms. Default: null, none. v2 <c>cpu.max.burst</c>, v1
    /// <c>cpu.cfs_burst_us</c> (Linux 5.14).
    /// </summary>
    public TimeSpan? CpuBurst { get; init; }

    /// <summary>
    /// Gets the relative share of CPU time among competing cgroups, 1 to 10000; the usual share is 100. Default: null,
    /// the kernel's. v2 <c>cpu.weight</c>; v1 <c>cpu.shares</c>, where 1024 corresponds to 100.
    /// </summary>
    public int? CpuWeight { get; init; }

    /// <summary>
    /// Gets the numbers of the CPUs to run on. Default: those of the parent cgroup. <c>cpuset.cpus</c> on v1 and v2.
    /// </summary>
    public ImmutableArray<int> Cpus { get; init; } = [];

    /// <summary>
    /// Gets the numbers of the memory nodes to allocate from. Default: those of the parent cgroup. <c>cpuset.mems</c>
    /// on v1 and v2.
    /// </summary>
    public ImmutableArray<int> MemoryNodes { get; init; } = [];

    /// <summary>
    /// Gets the maximum number of processes and threads at the same time, at least 1. Default: null, no limit.
    /// <c>pids.max</c> on v1 and v2.
    /// </summary>
    public int? Processes { get; init; }

    /// <summary>
    /// Gets the relative share of I/O among competing cgroups, 1 to 1000; the usual share is 100. Default: null, the
    /// kernel's. v2 <c>io.weight</c>, v1 <c>blkio.bfq.weight</c> or <c>blkio.weight</c>; all require an I/O scheduler
    /// that supports weights.
    /// </summary>
    public int? InputOutputWeight { get; init; }

    /// <summary>
    /// Gets the I/O limits of block devices. Default: no limit. v2 <c>io.max</c>; v1 <c>blkio.throttle.*_device</c>,
    /// which limits only reads and I/O that bypasses the page cache.
    /// </summary>
    public ImmutableArray<DeviceBandwidth> InputOutput { get; init; } = [];

    /// <summary>
    /// Gets the limits of huge pages. Default: no limit. v2 <c>hugetlb.SIZE.max</c>, v1
    /// <c>hugetlb.SIZE.limit_in_bytes</c>.
    /// </summary>
    public ImmutableArray<HugePageLimit> HugePages { get; init; } = [];

    /// <summary>
    /// Gets the rules for devices that can be opened or created as nodes, at most 1000; see <see cref="DeviceRule"/>.
    /// Default: null, no limit. An empty list denies all devices, including <c>/dev/null</c>;
    /// <see cref="DefaultDevices.Rules"/> allows the devices that programs expect.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Access that no rule allows fails with <c>EPERM</c>, regardless of file permissions. Devices that the parent
    /// cgroup denies remain denied: allowing them is an error on v1 and has no effect on v2.
    /// </para>
    /// <para>
    /// v2 uses an eBPF program (<c>BPF_PROG_TYPE_CGROUP_DEVICE</c>, Linux 4.15), which requires CAP_BPF and
    /// CAP_NET_ADMIN on the host. v1 uses <c>devices.deny</c> and <c>devices.allow</c>, which require CAP_SYS_ADMIN on
    /// the host. An unprivileged user has none of these capabilities.
    /// </para>
    /// </remarks>
    public ImmutableArray<DeviceRule>? Devices { get; init; }
}
