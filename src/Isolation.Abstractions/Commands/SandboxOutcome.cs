namespace Isolation;

/// <summary>How a command ended.</summary>
public enum SandboxOutcome
{
    /// <summary>It exited by itself, see <see cref="SandboxResult.ExitCode"/>.</summary>
    Completed,

    /// <summary>
    /// It was ended by a signal that the sandbox did not send, see <see cref="SandboxResult.Signal"/>.
    /// </summary>
    Signaled,

    /// <summary>It was killed at its wall-time limit, or had gone beyond it when it ended by itself.</summary>
    WallTimeExceeded,

    /// <summary>
    /// It was killed at its CPU-time limit (<see cref="SandboxCommand.CpuTime"/>, or
    /// <see cref="LimitedResource.CpuTime"/> of a process), or had gone beyond it when it ended by itself.
    /// </summary>
    CpuTimeExceeded,

    /// <summary>
    /// A process of it was killed because memory had run out, at <see cref="SandboxLimits.Memory"/> or the limit of a
    /// group above, and it did not end with exit code 0.
    /// </summary>
    MemoryExceeded,

    /// <summary>It was killed because it wrote more than its output limit.</summary>
    OutputExceeded,

    /// <summary>
    /// It was refused a process at <see cref="SandboxLimits.Processes"/>, and it did not end with exit code 0.
    /// </summary>
    ProcessesExceeded,

    /// <summary>
    /// It was killed at a system call that the filter denies, by SIGSYS or by the host that observes it.
    /// </summary>
    SystemCallDenied,

    /// <summary>The application canceled, killed, stopped or disposed it.</summary>
    Canceled,

    /// <summary>
    /// It was killed by SIGXFSZ because it wrote a file larger than <see cref="LimitedResource.FileSize"/>.
    /// </summary>
    FileSizeExceeded,

    /// <summary>
    /// Its program was not executed within <see cref="SandboxCommand.StartTimeout"/>: something held the start up, such
    /// as a lease on the program or a signal that stopped the starting process. No instruction of it ran.
    /// </summary>
    StartTimedOut,
}
