using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Provides paths of the kernel's own file systems that reveal information about the host or give access to its
/// hardware.
/// </summary>
/// <remarks>
/// The lists contain the paths that container engines hide by default (<c>maskedPaths</c> and <c>readonlyPaths</c> of
/// the OCI runtime specification), and the paths that identify the machine. Paths that do not exist on the host are
/// ignored.
/// </remarks>
public static class SensitivePaths
{
    /// <summary>
    /// Gets the paths that a program should not be able to read, for <see cref="SandboxSpecification.MaskedPaths"/>.
    /// </summary>
    public static ImmutableArray<string> Masked { get; } =
    [
        "/proc/acpi", "/proc/asound", "/proc/cmdline", "/proc/diskstats", "/proc/interrupts", "/proc/kcore",
        "/proc/keys", "/proc/latency_stats", "/proc/modules", "/proc/partitions",
        "/proc/sched_debug", "/proc/scsi", "/proc/swaps",
        "/proc/sys/kernel/random/boot_id", "/proc/timer_list", "/proc/timer_stats",
        "/sys/devices/virtual/dmi", "/sys/devices/virtual/powercap", "/sys/firmware",
    ];

    /// <summary>
    /// Gets the paths that a program may read but not write, for <see cref="SandboxSpecification.ReadOnlyPaths"/>.
    /// </summary>
    public static ImmutableArray<string> ReadOnly { get; } =
        ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];
}
