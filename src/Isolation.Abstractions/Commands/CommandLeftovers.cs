namespace Isolation;

/// <summary>
/// Specifies the fate of processes that a command started and that still run when its first process ends.
/// </summary>
public enum CommandLeftovers
{
    /// <summary>
    /// They are killed, and the result is available when the last of them is gone: a command ends with everything that
    /// it started, including daemons that left its session and lost their parents.
    /// </summary>
    End,

    /// <summary>
    /// They run on until the sandbox ends, for commands that start daemons. The result is available when the first
    /// process has ended. The limits of the command (<see cref="SandboxCommand.WallTime"/>,
    /// <see cref="SandboxCommand.CpuTime"/>), <see cref="ISandboxProcess.KillAsync"/> and disposing the
    /// <see cref="ISandboxProcess"/> still apply to all of them.
    /// </summary>
    Keep,
}
