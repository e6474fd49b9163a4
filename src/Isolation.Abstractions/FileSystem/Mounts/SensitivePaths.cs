using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Paths of the kernel's own file systems that tell about the host or reach its hardware: those that container engines
/// hide by default (<c>maskedPaths</c> and <c>readonlyPaths</c> of the OCI runtime specification), and those that
/// identify the machine. A path that the host does not have is passed over.
/// </summary>
public static class SensitivePaths
{
    /// <summary>What a program should not even read, for <see cref="SandboxSpecification.MaskedPaths"/>.</summary>
    public static ImmutableArray<string> Masked { get; } =
    [
        "/proc/acpi", "/proc/asound", "/proc/cmdline", "/proc/diskstats", "/proc/interrupts", "/proc/kcore",
        "/proc/keys", "/proc/latency_stats", "/proc/modules", "/proc/partitions",
        "/proc/sched_debug", "/proc/scsi", "/proc/swaps",
        "/proc/sys/kernel/random/boot_id", "/proc/timer_list", "/proc/timer_stats",
        "/sys/devices/virtual/dmi", "/sys/devices/virtual/powercap", "/sys/firmware",
    ];

    /// <summary>What a program may read but not write, for <see cref="SandboxSpecification.ReadOnlyPaths"/>.</summary>
    public static ImmutableArray<string> ReadOnly { get; } =
        ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];
}
