namespace Isolation;

/// <summary>Represents <see cref="SandboxLimits"/> in the configuration.</summary>
/// <remarks>
/// For ranges, see the members of the same names in <see cref="SandboxLimits"/>. Limits that are not set here are those
/// of the preset (<see cref="ExtendsPreset"/>). Limits of devices and huge pages can be set only in code.
/// </remarks>
public sealed class LimitOptions
{
    /// <summary>
    /// Gets or sets whether the limits of the preset apply unless they are set here; otherwise, only the limits that
    /// are set here apply. Default: <see langword="true"/>.
    /// </summary>
    public bool ExtendsPreset { get; set; } = true;

    /// <summary>
    /// Gets or sets the behavior if the host does not support a limit. Default: that of the preset,
    /// <see cref="Requirement.Require"/>.
    /// </summary>
    public Requirement? Requirement { get; set; }

    /// <summary>
    /// Gets or sets the parent cgroup of the sandbox's cgroup. Default: the application's own cgroup.
    /// </summary>
    public string? ParentGroup { get; set; }

    /// <summary>
    /// Gets or sets the exact cgroup of the sandbox. Default: a name of the library's choice.
    /// </summary>
    public string? CgroupPath { get; set; }

    /// <summary>Gets or sets the maximum memory in bytes. Default: that of the preset.</summary>
    public long? Memory { get; set; }

    /// <summary>
    /// Gets or sets the memory in bytes above which the commands are slowed down. Default: that of the preset.
    /// </summary>
    public long? MemoryHigh { get; set; }

    /// <summary>
    /// Gets or sets the memory in bytes that is reclaimed only if no other memory is left. Default: that of the preset.
    /// </summary>
    public long? MemoryLow { get; set; }

    /// <summary>Gets or sets the memory in bytes that is never reclaimed. Default: that of the preset.</summary>
    public long? MemoryMin { get; set; }

    /// <summary>Gets or sets the maximum swap in bytes, in addition to memory. Default: that of the preset.</summary>
    public long? Swap { get; set; }

    /// <summary>
    /// Gets or sets what the kernel kills when memory runs out. Default: that of the preset, in most presets
    /// <see cref="OutOfMemoryKill.OneProcess"/>.
    /// </summary>
    public OutOfMemoryKill? OutOfMemoryKill { get; set; }

    /// <summary>Gets or sets the CPU bandwidth in cores. Default: that of the preset.</summary>
    public double? Cpu { get; set; }

    /// <summary>Gets or sets the unused CPU time that may accumulate. Default: that of the preset.</summary>
    public TimeSpan? CpuBurst { get; set; }

    /// <summary>Gets or sets the share of CPU time, relative to the usual 100. Default: that of the preset.</summary>
    public int? CpuWeight { get; set; }

    /// <summary>Gets the CPUs to run on. Default: those of the parent cgroup.</summary>
    public IList<int> Cpus { get; } = [];

    /// <summary>Gets the memory nodes to allocate from. Default: those of the parent cgroup.</summary>
    public IList<int> MemoryNodes { get; } = [];

    /// <summary>
    /// Gets or sets the maximum number of concurrent processes and threads. Default: that of the preset.
    /// </summary>
    public int? Processes { get; set; }

    /// <summary>Gets or sets the share of I/O, relative to the usual 100. Default: that of the preset.</summary>
    public int? InputOutputWeight { get; set; }
}
