namespace Isolation;

/// <summary>
/// Limits as they are written down in a configuration; become <see cref="SandboxLimits"/>, whose members of the same
/// names say the ranges and the defaults. Limits of devices and huge pages are set in code.
/// </summary>
public sealed class LimitOptions
{
    /// <summary>What happens when a limit cannot be had. Default: <see cref="Requirement.Require"/>.</summary>
    public Requirement Requirement { get; set; }

    /// <summary>The group below which the sandbox's is made. Default: the host's own.</summary>
    public string? ParentGroup { get; set; }

    /// <summary>The most memory, in bytes. Default: no limit.</summary>
    public long? Memory { get; set; }

    /// <summary>Memory in bytes above which the commands are slowed down. Default: none.</summary>
    public long? MemoryHigh { get; set; }

    /// <summary>Memory in bytes that is taken back only when nothing else is left. Default: none.</summary>
    public long? MemoryLow { get; set; }

    /// <summary>Memory in bytes that is never taken back. Default: none.</summary>
    public long? MemoryMin { get; set; }

    /// <summary>The most swap in bytes, besides memory. Default: no limit.</summary>
    public long? Swap { get; set; }

    /// <summary>
    /// What the kernel kills when memory has run out. Default: <see cref="OutOfMemoryKill.OneProcess"/>.
    /// </summary>
    public OutOfMemoryKill OutOfMemoryKill { get; set; }

    /// <summary>CPU time per time, in cores. Default: no limit.</summary>
    public double? Cpu { get; set; }

    /// <summary>CPU time that may be saved up. Default: none.</summary>
    public TimeSpan? CpuBurst { get; set; }

    /// <summary>The share of CPU time, against a usual 100. Default: the kernel's.</summary>
    public int? CpuWeight { get; set; }

    /// <summary>The CPUs to run on. Default: those of the parent group.</summary>
    public IList<int> Cpus { get; } = [];

    /// <summary>The memory nodes to allocate from. Default: those of the parent group.</summary>
    public IList<int> MemoryNodes { get; } = [];

    /// <summary>The most processes and threads at once. Default: no limit.</summary>
    public int? Processes { get; set; }

    /// <summary>The share of I/O, against a usual 100. Default: the kernel's.</summary>
    public int? InputOutputWeight { get; set; }
}
