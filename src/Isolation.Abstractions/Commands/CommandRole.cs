namespace Isolation;

/// <summary>Specifies which process of its sandbox a command becomes.</summary>
public enum CommandRole
{
    /// <summary>
    /// A child of the sandbox's first process, which reaps its orphans. Any number of commands can run.
    /// </summary>
    Child,

    /// <summary>
    /// The sandbox's first process: process 1 of its PID namespace, which executes the program in its own place. The
    /// command is the last of its sandbox, which ends with it.
    /// </summary>
    /// <remarks>
    /// The kernel treats process 1 differently (pid_namespaces(7)). It has to reap orphans of the sandbox itself; until
    /// it does, they count towards the limit of processes. Signals for which it has no handler are ignored, except
    /// SIGKILL and SIGSTOP, also those that <see cref="ISandboxProcess.SendSignalAsync"/> sends:
    /// <see cref="ISandboxProcess.StopAsync"/> ends a program without a handler for SIGTERM only after its grace. When
    /// it ends, the kernel kills all processes of the sandbox.
    /// </remarks>
    Init,
}
