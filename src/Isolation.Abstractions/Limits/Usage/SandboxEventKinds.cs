namespace Isolation;

/// <summary>
/// Specifies kinds of events that <see cref="ISandbox.WatchAsync"/> can report. Each member lists the kernel features
/// that it requires.
/// </summary>
[Flags]
public enum SandboxEventKinds
{
    /// <summary>No events.</summary>
    None = 0,

    /// <summary>
    /// Processes were killed because memory was exhausted. v2 <c>memory.events</c>; v1 an eventfd on
    /// <c>memory.oom_control</c>.
    /// </summary>
    OutOfMemory = 1,

    /// <summary>
    /// The commands were throttled at <see cref="SandboxLimits.MemoryHigh"/>, or their memory was reclaimed there. v2
    /// <c>memory.events</c>; not available on v1.
    /// </summary>
    MemoryHigh = 2,

    /// <summary>
    /// Processes or threads could not be created because of <see cref="SandboxLimits.Processes"/>. v2
    /// <c>pids.events</c>; v1 <c>pids.events</c> before Linux 6.11, not available on later kernels.
    /// </summary>
    ProcessesRefused = 4,

    /// <summary>
    /// Commands lost more time waiting for a resource than a <see cref="PressureThreshold"/> allows. Requires Linux 5.2
    /// with pressure information (CONFIG_PSI, <c>psi=1</c>), and a v2 hierarchy.
    /// </summary>
    Pressure = 8,

    /// <summary>
    /// All commands have stopped after <see cref="ISandbox.FreezeAsync"/>. v2 <c>cgroup.events</c>; on v1 reported by
    /// the library itself.
    /// </summary>
    Frozen = 16,

    /// <summary>
    /// Commands continue after <see cref="ISandbox.ThawAsync"/>. v2 <c>cgroup.events</c>; on v1 reported by the library
    /// itself.
    /// </summary>
    Thawed = 32,

    /// <summary>
    /// The last process of all commands has ended. May be reported twice, because the kernel delays notifications that
    /// follow each other quickly. v2 <c>cgroup.events</c>, also alongside v1 controllers; not available on v1 alone.
    /// </summary>
    Empty = 64,
}
