namespace Isolation;

/// <summary>
/// What <see cref="ISandbox.WatchAsync"/> can tell of. Each member names what the kernel must have for it.
/// </summary>
[Flags]
public enum SandboxEventKinds
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>
    /// Processes were killed because memory had run out. v2 <c>memory.events</c>; v1 an eventfd on
    /// <c>memory.oom_control</c>.
    /// </summary>
    OutOfMemory = 1,

    /// <summary>
    /// The commands were slowed down at <see cref="SandboxLimits.MemoryHigh"/>, or memory had to be taken back at it.
    /// v2 <c>memory.events</c>; v1 cannot.
    /// </summary>
    MemoryHigh = 2,

    /// <summary>
    /// Processes or threads were refused at <see cref="SandboxLimits.Processes"/>. v2 <c>pids.events</c>; v1 the same
    /// before Linux 6.11, later kernels tell nobody there.
    /// </summary>
    ProcessesRefused = 4,

    /// <summary>
    /// Commands lost more time to a lack of something than a <see cref="PressureThreshold"/> allows. Linux 5.2 with
    /// pressure figures (CONFIG_PSI, <c>psi=1</c>), and a hierarchy of v2.
    /// </summary>
    Pressure = 8,

    /// <summary>
    /// All commands have come to a stop after <see cref="ISandbox.FreezeAsync"/>. v2 <c>cgroup.events</c>; on v1 the
    /// library's own word.
    /// </summary>
    Frozen = 16,

    /// <summary>Commands go on after <see cref="ISandbox.ThawAsync"/>, likewise.</summary>
    Thawed = 32,

    /// <summary>
    /// The last process of all commands has ended. May be told twice, since the kernel delays what follows quickly. v2
    /// <c>cgroup.events</c>, also beside controllers of v1; v1 alone cannot.
    /// </summary>
    Empty = 64,
}
