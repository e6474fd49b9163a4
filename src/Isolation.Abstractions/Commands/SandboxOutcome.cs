namespace Isolation;

/// <summary>Specifies how a command ended.</summary>
public enum SandboxOutcome
{
    /// <summary>The command exited by itself; see <see cref="SandboxResult.ExitCode"/>.</summary>
    Completed,

    /// <summary>
    /// The command was ended by a signal that the sandbox did not send; see <see cref="SandboxResult.Signal"/>.
    /// </summary>
    Signaled,

    /// <summary>
    /// The command was killed at its wall-time limit, or had exceeded it when the command ended by itself.
    /// </summary>
    WallTimeExceeded,

    /// <summary>
    /// The command was killed at its CPU-time limit (<see cref="SandboxCommand.CpuTime"/>, or
    /// <see cref="LimitedResource.CpuTime"/> of a process), or had exceeded it when the command ended by itself.
    /// </summary>
    CpuTimeExceeded,

    /// <summary>
    /// A process of the command was killed because memory was exhausted, at <see cref="SandboxLimits.Memory"/> or at
    /// the limit of a parent cgroup, and the command did not end with exit code 0.
    /// </summary>
    MemoryExceeded,

    /// <summary>The command was killed because it wrote more than its output limit.</summary>
    OutputExceeded,

    /// <summary>
    /// The command could not create a process because of <see cref="SandboxLimits.Processes"/>, and did not end with
    /// exit code 0.
    /// </summary>
    ProcessesExceeded,

    /// <summary>
    /// The command was killed at a system call that the filter denies, by SIGSYS or by the application that observes
    /// it.
    /// </summary>
    SystemCallDenied,

    /// <summary>The application canceled, killed, stopped or disposed the command.</summary>
    Canceled,

    /// <summary>
    /// The command was killed by SIGXFSZ because it wrote a file larger than <see cref="LimitedResource.FileSize"/>.
    /// </summary>
    FileSizeExceeded,

    /// <summary>
    /// The program was not executed within <see cref="SandboxCommand.StartTimeout"/>, for example because of a lease on
    /// the program or a signal that stopped the starting process. No instruction of the program ran.
    /// </summary>
    StartTimedOut,
}
